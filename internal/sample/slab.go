package sample

// slab is an array that grows without being copied: its elements are named by
// number and keep their addresses. Places that are given back are used again.
type slab[T any] struct {
	chunks [][]T
	free   []uint32
	next   uint32 // the first place that was never taken
}

// slabChunk is how many elements the slab grows by.
const slabChunk = 1024

// at returns the element at a place that was taken.
func (s *slab[T]) at(place uint32) *T { return &s.chunks[place/slabChunk][place%slabChunk] }

// take returns a place. It holds what its last user left there.
func (s *slab[T]) take() uint32 {
	if n := len(s.free); n > 0 {
		place := s.free[n-1]
		s.free = s.free[:n-1]
		return place
	}
	if s.next%slabChunk == 0 {
		s.chunks = append(s.chunks, make([]T, slabChunk))
	}
	s.next++
	return s.next - 1
}

// put gives a place back.
func (s *slab[T]) put(place uint32) { s.free = append(s.free, place) }

// used counts the places that are taken.
func (s *slab[T]) used() int { return int(s.next) - len(s.free) }
