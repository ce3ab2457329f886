package admin

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Scrapes watches a scrape page, so that a stop can leave a scraper the time to
// fetch the last values.
type Scrapes struct {
	page http.Handler

	mu      sync.Mutex
	last    time.Time
	gaps    [8]time.Duration // between the last scrapes, by whomever; 0: none yet
	scrapes int
	next    chan struct{} // closed when a scrape that began after Wait has ended; nil: nobody waits
}

// scraperLate is how many intervals after its last visit a scraper is not
// expected any more.
const scraperLate = 2

// NewScrapes watches page.
func NewScrapes(page http.Handler) *Scrapes { return &Scrapes{page: page} }

// ServeHTTP implements http.Handler.
func (s *Scrapes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	next := s.next
	s.mu.Unlock()
	s.page.ServeHTTP(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if !s.last.IsZero() {
		s.gaps[s.scrapes%len(s.gaps)] = now.Sub(s.last)
		s.scrapes++
	}
	s.last = now
	if next != nil && s.next == next {
		close(next)
		s.next = nil
	}
}

// Wait returns after the next whole scrape, when ctx ends, or when none is to be
// expected: nobody has scraped twice, or the next scrape is overdue.
func (s *Scrapes) Wait(ctx context.Context) {
	s.mu.Lock()
	interval := slices.Max(s.gaps[:]) // two scrapers come at gaps of their own
	if interval == 0 {
		s.mu.Unlock()
		return
	}
	overdue := s.last.Add(scraperLate * interval)
	next := make(chan struct{})
	s.next = next
	s.mu.Unlock()
	ctx, cancel := context.WithDeadline(ctx, overdue)
	defer cancel()
	select {
	case <-next:
	case <-ctx.Done():
	}
}
