package filter

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// FuzzFilter holds a filtered request to be one that the filter leaves alone.
func FuzzFilter(f *testing.F) {
	for sig, root := range roots() {
		for turn := range 3 {
			proto.Reset(root)
			plant(root.ProtoReflect(), "a@b.example 4111111111111111 password=x1y2z3", 4, turn)
			in, err := proto.Marshal(root)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(in, uint8(sig))
		}
	}
	filter := newFilter(f, Options{Detectors: DetectorNames(), Attributes: []AttributeRule{{Key: "user.*", Action: Hash}, {Key: "debug.*", Action: Drop}}})
	f.Fuzz(func(t *testing.T, in []byte, sig uint8) {
		signal := otlp.Signal(sig % otlp.NumSignals)
		once, c, err := filter.Filter(signal, in, nil)
		if err != nil {
			return
		}
		if c.Rejected+c.Dropped > c.Items {
			t.Fatalf("counts %+v", c)
		}
		once = bytes.Clone(once)
		twice, _, err := filter.Filter(signal, once, nil)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("filtered twice differs (%v)", err)
		}
	})
}

// FuzzText holds a filtered text to be one that the filter leaves alone.
func FuzzText(f *testing.F) {
	for _, s := range readSamples(f, "testdata/handmade.jsonl") {
		f.Add(s.Text, s.Key)
	}
	w := newFilter(f, Options{Detectors: DetectorNames()}).newWorker()
	f.Fuzz(func(t *testing.T, text, key string) {
		w.tally.reset()
		once := w.filterText(sample{Text: text, Key: key})
		if twice := w.filterText(sample{Text: once, Key: key}); once != twice {
			t.Fatalf("%q became %q, then %q", text, once, twice)
		}
		if w.tally.panics > 0 {
			t.Fatalf("panic at %q", text)
		}
	})
}
