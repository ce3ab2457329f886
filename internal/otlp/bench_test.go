package otlp

import (
	"bytes"
	"testing"
)

func benchmarkSpans(b *testing.B, in []byte, walk func()) {
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		walk()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batchSpans, "ns/span")
	b.ReportMetric(float64(len(in))/batchSpans, "B/span")
}

func BenchmarkCheck(b *testing.B) {
	in := encode(b, pythonBatch())
	w := NewWalker(NewSchema(), Limits{})
	benchmarkSpans(b, in, func() {
		if _, err := w.Check(Traces, in); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkRewriteUnchanged(b *testing.B) {
	in := encode(b, pythonBatch())
	w := NewWalker(NewSchema(), Limits{})
	v := &passing{}
	benchmarkSpans(b, in, func() {
		if _, _, err := w.Rewrite(Traces, in, nil, v); err != nil {
			b.Fatal(err)
		}
	})
}

// masking replaces one attribute of every fourth span.
type masking struct{ passing }

func (m *masking) Text(t *Text, dst []byte) ([]byte, Verdict) {
	if t.Kind == String && bytes.Equal(t.Key, []byte("http.target")) {
		return append(dst, "[url]"...), Replace
	}
	return nil, Pass
}

func BenchmarkRewriteChanged(b *testing.B) {
	in := encode(b, pythonBatch())
	w := NewWalker(NewSchema(), Limits{})
	v := &masking{}
	var dst []byte
	benchmarkSpans(b, in, func() {
		out, _, err := w.Rewrite(Traces, in, dst, v)
		if err != nil {
			b.Fatal(err)
		}
		dst = out
	})
}

func BenchmarkRangeSpans(b *testing.B) {
	in := encode(b, pythonBatch())
	benchmarkSpans(b, in, func() {
		if err := RangeSpans(in, func(*Group, *Span) bool { return true }); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkRangeSpansAndAttributes(b *testing.B) {
	in := encode(b, pythonBatch())
	attributes := 0
	benchmarkSpans(b, in, func() {
		err := RangeSpans(in, func(_ *Group, s *Span) bool {
			for range s.Attributes() {
				attributes++
			}
			return true
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}
