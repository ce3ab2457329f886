package sample

import "time"

// Waiting says how many spans of a trace wait for a verdict, and for how long the
// first of them has; 0 spans when none does.
func (s *Sampler) Waiting(traceID [16]byte) (spans int, waited time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.index.byTrace[traceID]
	if !ok {
		return 0, 0
	}
	fr := s.index.fragments.at(f)
	return int(fr.spans), time.Duration(s.now() - fr.created)
}
