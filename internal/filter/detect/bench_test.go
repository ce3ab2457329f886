package detect

import (
	"strings"
	"testing"
)

// cleanValues are values of attributes as services send them.
var cleanValues = map[string]string{
	"method":   "GET",
	"route":    "/api/v1/orders/{id}/items",
	"host":     "ip-10-0-12-7.eu-central-1.compute.internal",
	"uuid":     "3f2a9c0b-7e51-4d6f-8a1b-2c3d4e5f6071",
	"time":     "2026-05-01T12:34:56.789012345Z",
	"url":      "https://shop.example.com/catalog/items/8841?page=2&sort=price",
	"sentence": "order accepted by risk check, routed to venue XETR within the limit of 250 lots, nothing left to do",
	"agent":    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
}

func BenchmarkCleanValue(b *testing.B) {
	s := New(defaultSet, nil)
	for name, v := range cleanValues {
		text := []byte(v)
		b.Run(name, func(b *testing.B) {
			var w Work
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if found, _ := s.Scan(&w, text, NoHint); len(found) > 0 {
					b.Fatal(found)
				}
			}
		})
	}
}

// cleanBody is a log body of 1 KB: a message, a stack and fields.
var cleanBody = strings.Repeat("2026-05-01 12:34:56,789 INFO [worker-3] pipeline.features: computed 184 features for EURUSD in 12.7 ms (window=256, model=v4.2.1, batch=77) "+
	"cache hit ratio 0.973, backlog 12 rows; next run at 12:35:00 ", 5)

func BenchmarkCleanBody(b *testing.B) {
	s := New(defaultSet, nil)
	text := []byte(cleanBody)[:1024]
	var w Work
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if found, _ := s.Scan(&w, text, NoHint); len(found) > 0 {
			b.Fatal(found)
		}
	}
}
