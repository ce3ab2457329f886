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
		scrapes    int           // 10 s apart, the last one 5 s ago
		nextScrape time.Duration // after Wait; 0: none
		want       time.Duration
	}{
		"never scraped":     {0, 0, 0},
		"asked by a person": {1, 0, 0},
		"scraper comes":     {3, 5 * time.Second, 5 * time.Second},
		"scraper is gone":   {3, 0, 15 * time.Second},
		"stop is due first": {3, time.Minute, 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := NewScrapes(http.NotFoundHandler())
				scrape := func() { s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil)) }
				for i := range tc.scrapes {
					if i > 0 {
						time.Sleep(10 * time.Second)
					}
					scrape()
				}
				time.Sleep(5 * time.Second)
				if tc.nextScrape > 0 {
					time.AfterFunc(tc.nextScrape, scrape)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
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
