//go:build !amd64

package bytemap

func (m *Map) read(b []byte) { m.readTable(b) }

func (m *Map) ends(e *Endings, out []uint64) uint64 { return m.endsTable(e, out) }
