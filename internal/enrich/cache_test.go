package enrich

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

func TestCacheIsBounded(t *testing.T) {
	c := newCache()
	for i := range 10 * maxForms {
		c.put(c.key(binary.BigEndian.AppendUint64(nil, uint64(i))), form{make([]byte, 100), true})
		if n := len(c.young) + len(c.old); n > 2*maxForms {
			t.Fatalf("%d forms are remembered", n)
		}
	}
	for i := range 100 {
		c.put(c.key(binary.BigEndian.AppendUint32(nil, uint32(i))), form{make([]byte, maxFormBytes/8), true})
		if c.bytes > maxFormBytes {
			t.Fatalf("%d bytes are remembered", c.bytes)
		}
	}
	big := c.key([]byte("big"))
	c.put(big, form{make([]byte, maxFormBytes/8+1), true})
	if _, ok := c.get(big); ok {
		t.Error("a form that would push out all others is remembered")
	}
}

// What is in use stays when others come and go.
func TestCacheKeepsWhatIsUsed(t *testing.T) {
	c := newCache()
	used := c.key([]byte("used"))
	c.put(used, form{[]byte("form"), true})
	for i := range 10 * maxForms {
		c.put(c.key(fmt.Append(nil, i)), form{})
		if f, ok := c.get(used); !ok || string(f.resource) != "form" {
			t.Fatalf("after %d others the form is %q", i, f.resource)
		}
	}
}

func TestKeysDifferByProcess(t *testing.T) {
	a, b := newCache(), newCache()
	if a.key([]byte("x")) == b.key([]byte("x")) {
		t.Error("two caches hash alike: the key is not random")
	}
	x, again, y := a.key([]byte("x")), a.key([]byte("x")), a.key([]byte("y"))
	if x != again || x == y {
		t.Error("a key is not a function of the resource")
	}
}

// The result equals the steps applied to a map, first time and every time, in
// any order and from many goroutines.
func TestEnrichIsTheStepsOnAMap(t *testing.T) {
	keys := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Attribute {
			return Attribute{keys.Draw(t, "key"), rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "value"), rapid.SampledFrom([]string{Insert, Update, Upsert, Delete}).Draw(t, "action")}
		}), 0, 6).Draw(rt, "steps")
		e, _ := started(t, Options{Attributes: steps})
		sent := map[string]any{}
		for k, v := range rapid.MapOf(keys, rapid.StringMatching(`[A-Z]{0,3}`)).Draw(rt, "sent") {
			sent[k] = v
		}
		want := fmt.Sprint(model(sent, steps)) // fmt sorts maps
		in := request(t, otlp.Traces, sent)
		first, err := e.Enrich(otlp.Traces, in, nil)
		if err != nil {
			rt.Fatal(err)
		}
		if got := fmt.Sprint(attributesOf(t, otlp.Traces, first)); got != want {
			rt.Errorf("%v through %v: %s, want %s", sent, steps, got, want)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if again, err := e.Enrich(otlp.Traces, in, make([]byte, 0, 16)); err != nil || !bytes.Equal(again, first) {
					t.Errorf("%x (%v), then %x", first, err, again)
				}
			})
		}
		wg.Wait()
	})
}

func model(sent map[string]any, steps []Attribute) map[string]any {
	m := map[string]any{}
	for k, v := range sent {
		m[k] = v
	}
	for _, s := range steps {
		_, present := m[s.Key]
		switch {
		case s.Action == Delete:
			delete(m, s.Key)
		case s.Action == Upsert, s.Action == Insert && !present, s.Action == Update && present:
			m[s.Key] = s.Value
		}
	}
	return m
}

func BenchmarkEnrich(b *testing.B) {
	e, _ := started(b, Options{
		Detect: []string{"k8s"}, Getenv: env(map[string]string{"POD_NAME": "orders-7d9", "POD_UID": uid, "POD_NAMESPACE": "shop", "POD_IP": "10.0.0.7", "NODE_NAME": "node-3"}),
	})
	in := request(b, otlp.Traces, map[string]any{"service.name": "orders", "telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry", "telemetry.sdk.version": "1.45.1"})
	for name, forget := range map[string]bool{"seen before": false, "new": true} {
		b.Run(name, func(b *testing.B) {
			dst := make([]byte, 0, 4096)
			b.ReportAllocs()
			for b.Loop() {
				if forget {
					e.cache.young = map[cacheKey]form{}
				}
				if _, err := e.Enrich(otlp.Traces, in, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
