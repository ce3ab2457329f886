package admin

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaitForALastScrape(t *testing.T) {
	for name, tc := range map[string]struct {
		lastScrape, nextScrape time.Duration // before and after Wait; 0: none
		want                   time.Duration
	}{
		"never scraped":     {0, 0, 0},
		"scraper is gone":   {3 * time.Minute, 0, 0},
		"scraper comes":     {10 * time.Second, 5 * time.Second, 5 * time.Second},
		"scraper is late":   {10 * time.Second, 0, 15 * time.Second},
		"scraper comes now": {time.Minute, time.Millisecond, time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := NewScrapes(http.NotFoundHandler())
				scrape := func() { s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil)) }
				if tc.lastScrape > 0 {
					scrape()
					time.Sleep(tc.lastScrape)
				}
				if tc.nextScrape > 0 {
					time.AfterFunc(tc.nextScrape, scrape)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
				defer cancel()
				begin := time.Now()
				s.Wait(ctx)
				if got := time.Since(begin); got != tc.want {
					t.Errorf("waited %v, want %v", got, tc.want)
				}
			})
		})
	}
}
