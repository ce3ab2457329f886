package store

import "encoding/binary"

// entrySize is what a record costs beside its payload: length and items (uint32
// each) and the time of its append (int64).
const entrySize = 16

// deliverySegment is one segment of one signal's stream. Payloads grow from the
// front, without a gap, so that consecutive records are one valid request (OTLP
// requests concatenate); entries grow from the back. All state that a reader
// needs is in the memory itself: a segment that is a file can be read again.
//
//	| payload 0 | payload 1 | …  free  … | entry 1 | entry 0 |
type deliverySegment struct {
	number  uint64 // rises by one per segment of the stream
	memory  *Segment
	used    int // bytes of payload
	records int
	sealed  bool // takes no more records

	// readers counts the cursors that may still read from it, and the batches in
	// hand that lie in it. At 0 the memory goes back to the pool.
	readers int
	next    *deliverySegment
}

// entry describes one record.
type entry struct {
	length, items int
	at            int64 // ns since the log began
}

func (s *deliverySegment) fits(n int) bool {
	return s.used+n+(s.records+1)*entrySize <= len(s.memory.Bytes())
}

// append copies one record in. The caller has asked fits.
func (s *deliverySegment) append(e entry, b []byte) {
	m := s.memory.Bytes()
	copy(m[s.used:], b)
	s.used += len(b)
	s.records++
	at := m[len(m)-s.records*entrySize:]
	binary.LittleEndian.PutUint32(at, uint32(e.length))
	binary.LittleEndian.PutUint32(at[4:], uint32(e.items))
	binary.LittleEndian.PutUint64(at[8:], uint64(e.at))
}

func (s *deliverySegment) entry(record int) entry {
	m := s.memory.Bytes()
	at := m[len(m)-(record+1)*entrySize:]
	return entry{
		length: int(binary.LittleEndian.Uint32(at)),
		items:  int(binary.LittleEndian.Uint32(at[4:])),
		at:     int64(binary.LittleEndian.Uint64(at[8:])),
	}
}

// position is where a cursor reads next.
type position struct {
	segment *deliverySegment // nil: the next record opens a segment
	record  int
	offset  int // of that record's payload
}

// unread reports whether there is a record at p.
func (p position) unread() bool {
	return p.segment != nil && p.record < p.segment.records
}
