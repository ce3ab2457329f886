package bytemap

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// vectors are the tables of readAVX2, 32 bytes each: the same 16 twice.
type vectors struct {
	lower, upper [3][32]byte // by the halves of a byte: bits of the three bytes of a Class
	half         [32]byte    // the lower half of a byte
	sets         [3][32]byte // the bits of these sets: letter and word in the first byte of a Class, mark in the second
	letter       [32]byte    // what of a letter is kept
	ends         [128]byte   // 64 bytes of ones, then of zeros: from 64-n on they keep n bytes
}

var tables = buildVectors()

func buildVectors() (v vectors) {
	for _, r := range rectangles() {
		for part := range v.lower {
			bit := byte(r.kind >> (8 * part))
			for i := range 32 {
				if r.lower>>(i&15)&1 != 0 {
					v.lower[part][i] |= bit
				}
				if r.upper>>(i&15)&1 != 0 {
					v.upper[part][i] |= bit
				}
			}
		}
	}
	for i := range 32 {
		v.half[i], v.sets[0][i], v.sets[1][i], v.sets[2][i] = 0x0F, byte(letter), byte(word), byte(mark>>8)
		v.letter[i] = 0x1F
	}
	for i := range 64 {
		v.ends[i] = 0xFF
	}
	return v
}

// readAVX2 reads as many blocks of 64 bytes as full says from src, then one from
// tail, if it isn't nil, with the bytes that keep leaves. It writes a block and 64
// letters for each, and returns the kinds of bytes that it saw.
//
//go:noescape
func readAVX2(v *vectors, src *byte, full int, tail, keep *byte, out *Block, letters *byte) (seen Class)

// pageSize is the least size of a page of memory.
const pageSize = 4096

func (m *Map) read(b []byte) {
	if !cpu.X86.HasAVX2 {
		m.readTable(b)
		return
	}
	var tail, keep *byte
	full := len(b) &^ 63
	if n := len(b) - full; n > 0 {
		tail = &b[full]
		if uintptr(unsafe.Pointer(tail))%pageSize > pageSize-64 {
			// What lies behind the text may be on a page that isn't there.
			copy(m.tail[:], b[full:])
			tail = &m.tail[0]
		}
		keep = &tables.ends[64-n]
	}
	m.Seen = readAVX2(&tables, &b[0], full/64, tail, keep, &m.Blocks[0], &m.Letters[Front])
}

// endsBMI does what endsTable does, in n blocks; letters are those from the third one
// before the text on.
//
//go:noescape
func endsBMI(e *Endings, blocks *Block, n int, letters *byte, out *uint64) (all uint64)

func (m *Map) ends(e *Endings, out []uint64) uint64 {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasBMI1 {
		return m.endsTable(e, out)
	}
	return endsBMI(e, &m.Blocks[0], len(m.Blocks), &m.Letters[Front-3], &out[0])
}
