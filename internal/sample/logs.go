package sample

import (
	"unsafe"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// logTrace is the log records of one trace that wait for its verdict.
type logTrace struct {
	entry
	first, last uint32 // in logIndex.records
	records     int32
	expired     bool // it has no entry in expiry any more
	bytes       int64
	created     int64  // of the sampler's clock
	born        uint64 // age of the log's segment in which it begins
}

// logIndex knows where the log records that follow a trace lie in the hold log.
type logIndex struct {
	traces  table[logTrace, *logTrace]
	records slab[held]

	expiry []dueEntry
	front  int // of expiry: what stands before it is gone
	stale  int // entries behind front whose trace is gone

	liveRecords int
	liveBytes   int64
}

func newLogIndex() *logIndex { return &logIndex{traces: newTable[logTrace]()} }

// trace returns the place of a trace's records, made if there is none. They may
// stay until expires, whatever becomes of the trace.
func (x *logIndex) trace(id [16]byte, now, expires int64, age uint64) uint32 {
	if n, ok := x.traces.byTrace[id]; ok {
		return n
	}
	n := x.traces.add(id)
	t := x.traces.at(n)
	t.first, t.last = none, none
	t.created, t.born = now, age
	x.expiry = append(x.expiry, dueEntry{expires, place{n, t.generation}})
	return n
}

// add puts a record of a group that lies in the hold log under the trace at place.
func (x *logIndex) add(place uint32, group, offset uint32, length int) {
	t := x.traces.at(place)
	n := x.records.take()
	*x.records.at(n) = held{group, offset, uint32(length), none}
	if t.last == none {
		t.first = n
	} else {
		x.records.at(t.last).next = n
	}
	t.last = n
	t.records++
	t.bytes += int64(length)
	x.liveRecords++
	x.liveBytes += int64(length)
}

// remove forgets the records of the trace at place.
func (x *logIndex) remove(place uint32) {
	t := x.traces.at(place)
	for n := t.first; n != none; {
		next := x.records.at(n).next
		x.records.put(n)
		n = next
	}
	x.liveRecords -= int(t.records)
	x.liveBytes -= t.bytes
	if !t.expired {
		x.stale++
	}
	x.traces.remove(place)
	x.compact()
}

// expire returns the next trace whose time was up by now, none if there isn't one;
// next is then when there will be, false if nothing waits.
func (x *logIndex) expire(now int64) (place uint32, next int64, ok bool) {
	for ; x.front < len(x.expiry); x.front++ {
		e := x.expiry[x.front]
		if x.isGone(e) {
			x.stale--
			continue // its verdict has come
		}
		if e.at > now {
			return none, e.at, true
		}
		x.front++
		x.traces.at(e.f.index).expired = true
		return e.f.index, 0, true
	}
	x.expiry, x.front = x.expiry[:0], 0
	return none, 0, false
}

func (x *logIndex) isGone(e dueEntry) bool {
	t := x.traces.at(e.f.index)
	return t.generation != e.f.generation || t.records == 0
}

// compact takes what is gone out of expiry once it is more than what isn't.
func (x *logIndex) compact() {
	if gone := x.front + x.stale; gone < fewStale || gone <= len(x.expiry)/2 {
		return
	}
	left := x.expiry[:0]
	for _, e := range x.expiry[x.front:] {
		if !x.isGone(e) {
			left = append(left, e)
		}
	}
	x.expiry, x.front, x.stale = left, 0, 0
}

// What the index takes for one trace and one record, in bytes.
const (
	logTraceCost = int64(unsafe.Sizeof(logTrace{})) + freeCost + byTraceCost + int64(unsafe.Sizeof(dueEntry{}))
	logEntryCost = int64(unsafe.Sizeof(held{})) + freeCost
)

// cost is the size of the index in bytes, without the groups.
func (x *logIndex) cost() int64 {
	return int64(x.traces.used())*logTraceCost + int64(x.records.used())*logEntryCost
}

// logRecord is an encoded LogRecord with what it shares.
type logRecord struct {
	raw   []byte
	group *otlp.Group
}

// appendLogs appends records as one encoded request, neighbours of one resource
// and scope under one header.
func appendLogs(b []byte, records []logRecord) []byte {
	for len(records) > 0 {
		g, n := records[0].group, 1
		for n < len(records) && compareGroups(g, records[n].group) == 0 {
			n++
		}
		b = appendMessage(b, fieldResourceSpans, func(b []byte) []byte {
			b = appendBytes(b, fieldResource, g.Resource)
			b = appendMessage(b, fieldScopeSpans, func(b []byte) []byte {
				b = appendBytes(b, fieldScope, g.Scope)
				for _, r := range records[:n] {
					b = appendMessage(b, fieldSpans, func(b []byte) []byte { return append(b, r.raw...) })
				}
				return appendBytes(b, fieldSchemaURL, g.ScopeSchemaURL)
			})
			return appendBytes(b, fieldSchemaURL, g.ResourceSchemaURL)
		})
		records = records[n:]
	}
	return b
}
