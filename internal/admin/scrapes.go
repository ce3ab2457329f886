package admin

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Scrapes watches a scrape page, so that a stop can leave a scraper the time to
// fetch the last values.
type Scrapes struct {
	page http.Handler

	mu   sync.Mutex
	last time.Time
	next chan struct{} // closed when a scrape that began after Wait has ended; nil: nobody waits
}

// scraperGone is how long after its last visit a scraper is not expected any
// more: twice Prometheus' default interval of one minute.
const scraperGone = 2 * time.Minute

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
	s.last = time.Now()
	if next != nil && s.next == next {
		close(next)
		s.next = nil
	}
}

// Wait returns after the next whole scrape, when ctx ends, or at once when no
// scraper has come lately.
func (s *Scrapes) Wait(ctx context.Context) {
	s.mu.Lock()
	if s.last.IsZero() || time.Since(s.last) > scraperGone {
		s.mu.Unlock()
		return
	}
	next := make(chan struct{})
	s.next = next
	s.mu.Unlock()
	select {
	case <-next:
	case <-ctx.Done():
	}
}
