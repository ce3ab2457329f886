//go:build !amd64

package bytemap

func (m *Map) read(b []byte) { m.readTable(b) }
