package sample

import "time"

// Waiting is what is held of a trace, and what its verdict waits for.
type Waiting struct {
	Spans  int
	Bytes  int64
	Logs   int
	Waited time.Duration // of the first span, or of the first log where there is none
	For    string        // in words
}

// Waiting returns what of a trace waits for a verdict, false when nothing does.
func (s *Sampler) Waiting(traceID [16]byte) (w Waiting, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if place, held := s.logs.traces.byTrace[traceID]; held {
		t := s.logs.traces.at(place)
		w = Waiting{Logs: int(t.records), Waited: time.Duration(now - t.created), For: "a span of its trace"}
		ok = true
	}
	if f, held := s.index.fragments.byTrace[traceID]; held {
		fr := s.index.fragments.at(f)
		w.Spans, w.Bytes, w.Waited, w.For = int(fr.spans), fr.bytes, time.Duration(now-fr.created), fr.awaits()
		ok = true
	}
	return w, ok
}

// awaits says what the verdict on a fragment waits for, besides the end of hold.
func (f *fragment) awaits() string {
	switch {
	case f.candidate:
		return "the end of a rate's window"
	case f.complete():
		return "grace"
	case f.roots == 0:
		return "a local root"
	}
	return "parents of its spans"
}

// Remembered returns the verdict on a trace that the journal has forgotten but late
// spans still follow, and the rule of one to keep; "" if there is none. A drop is
// remembered in a compact filter, so it may be that of another trace.
func (s *Sampler) Remembered(traceID [16]byte) (verdict Verdict, rule string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.kept.byID[traceID]; ok {
		return VerdictKept, s.kept.nodes[n].rule
	}
	if s.dropped.has(traceID) {
		return VerdictDropped, ""
	}
	return "", ""
}
