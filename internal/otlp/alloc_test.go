package otlp

import (
	"bytes"
	"slices"
	"testing"
	"unsafe"
)

func TestWalkingUnchangedRequestsAllocatesNothing(t *testing.T) {
	in := encode(t, pythonBatch())
	w := NewWalker(NewSchema(), Limits{})
	v := &passing{}
	for name, walk := range map[string]func() error{
		"check":   func() error { _, err := w.Check(Traces, in); return err },
		"rewrite": func() error { _, _, err := w.Rewrite(Traces, in, nil, v); return err },
	} {
		if allocs := testing.AllocsPerRun(10, func() {
			if err := walk(); err != nil {
				t.Error(err)
			}
		}); allocs != 0 {
			t.Errorf("%s: %v allocations", name, allocs)
		}
	}
	if v.texts == 0 {
		t.Error("nothing was offered")
	}
}

func TestRewritingIntoAPooledBufferAllocatesNothing(t *testing.T) {
	in := encode(t, pythonBatch())
	w := NewWalker(NewSchema(), Limits{})
	v := &masking{}
	dst := make([]byte, 0, 2*len(in))
	if allocs := testing.AllocsPerRun(10, func() {
		out, _, err := w.Rewrite(Traces, in, dst, v)
		if err != nil || &out[0] == &in[0] {
			t.Error("not rewritten", err)
		}
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// TestPooledWalkersHoldNoTelemetry: a walker lies in a pool between requests.
func TestPooledWalkersHoldNoTelemetry(t *testing.T) {
	w := NewWalker(NewSchema(), Limits{})
	if _, _, err := w.Rewrite(Traces, encode(t, pythonBatch()), nil, &passing{}); err != nil {
		t.Fatal(err)
	}
	if w.in != nil || w.text.Value != nil || w.text.Key != nil || w.visitor != nil {
		t.Error("the walker still refers to the request")
	}

	// Each unknown field between known ones is another edit.
	unknown := bytes.Repeat(slices.Concat(nest(nil, 30), nest(nil, 6)), 2*maxScratch/editSize)
	if _, err := w.Check(Logs, nest(unknown, 1, 2, 2)); err != nil {
		t.Fatal(err)
	}
	if cap(w.edits)*int(unsafe.Sizeof(edit{})) > maxScratch {
		t.Errorf("the walker keeps %d edits", cap(w.edits))
	}
	long := nest(bytes.Repeat([]byte{0xff, 'a'}, maxScratch), 1, 2, 2, 12)
	if _, err := w.Check(Logs, long); err != nil {
		t.Fatal(err)
	}
	if cap(w.arena) > maxScratch {
		t.Errorf("the walker keeps %d bytes", cap(w.arena))
	}
}
