// Package bytemap reads a text once, and tells which bytes it holds and where.
//
// It knows the bytes that detectors look for: digits, the letters of words, and the
// punctuation that stands before or after what is private. With AVX2 it classifies
// 32 bytes at a time; elsewhere a table does the same, byte by byte.
//
// A Map belongs to one goroutine. It keeps nothing of the text.
package bytemap

import "math/bits"

// Class is a set of kinds of bytes.
type Class uint32

// The kinds of bytes.
const (
	Space      Class = 1 << iota // a blank
	letterAO                     // a letter from A to O, in either case
	letterPZ                     // from P to Z
	Tilde                        // ~
	Dash                         // -
	Underscore                   // _
	Semicolon
	Digit
	At    // @
	Dot   // .
	Quote // " and '
	Comma // ,
	Plus  // +
	Angle // < and >
	Colon // :
	Equal // =
	Percent
	Backslash
	Entity // &
	Bar    // |
	Tab
	Line   // the end of a line
	Escape // ESC, which begins the control sequences of terminals
	Beyond // a byte of a character beyond ASCII
)

// Plain are the kinds of bytes of names and numbers.
const Plain = letter | Underscore | Dash | Dot | Digit

// Sets of them that a Block has bits for.
const (
	letter = letterAO | letterPZ
	word   = Digit | letter | Underscore | Dash | Tilde
	mark   = Colon | Equal | Angle
)

// Block tells where the bytes of some kinds are in 64 bytes of text, a bit for each.
type Block struct {
	Digits  uint64
	Letters uint64
	Words   uint64 // letters, digits and what most tokens are made of: _ - ~
	Marks   uint64 // : = < >
	Spaces  uint64
	Dashes  uint64
}

// Map is what one reading tells of a text.
type Map struct {
	Seen   Class   // all kinds of bytes in it
	Blocks []Block // of each 64 bytes; the last ones may be fewer
	// Letters holds for each byte of the text which letter it is, in either case: 1 to
	// 26, or 0. The first one stands at Front; around them there are zeros.
	Letters []byte
	tail    [64]byte
}

// Front is where the first byte of a text stands in Map.Letters.
const Front = 32

// Digits returns the number of digits in the text.
func (m *Map) Digits() (n int) {
	for i := range m.Blocks {
		n += bits.OnesCount64(m.Blocks[i].Digits)
	}
	return n
}

// Read reads a text.
func (m *Map) Read(b []byte) {
	need := (len(b) + 63) / 64
	if cap(m.Blocks) < need {
		m.Blocks = make([]Block, need+need/2+1)
	}
	m.Blocks = m.Blocks[:need]
	if size := Front + need*64 + Front; len(m.Letters) < size {
		m.Letters = make([]byte, size+size/2)
	}
	if len(b) == 0 {
		m.Seen = 0
		return
	}
	m.read(b)
}

// WordEnd returns where the word ends that goes on to b[i-1] at least.
func (m *Map) WordEnd(i int) int {
	for k := i >> 6; k < len(m.Blocks); k++ {
		if out := ^m.Blocks[k].Words >> (i & 63) << (i & 63); out != 0 {
			return k<<6 + First(out)
		}
		i = 0
	}
	return len(m.Blocks) << 6
}

// DigitsEnd does the same for a group of digits.
func (m *Map) DigitsEnd(i int) int {
	for k := i >> 6; k < len(m.Blocks); k++ {
		if out := ^m.Blocks[k].Digits >> (i & 63) << (i & 63); out != 0 {
			return k<<6 + First(out)
		}
		i = 0
	}
	return len(m.Blocks) << 6
}

// rectangle is a kind of bytes: those whose upper half is one of upper and whose
// lower half is one of lower, a bit for each. All kinds are of this form, so that
// two look-ups by the halves of a byte, as one instruction does for 32 bytes, tell
// to which a byte belongs.
type rectangle struct {
	kind         Class
	upper, lower uint16
}

func rectangles() []rectangle {
	one := func(kind Class, c byte) rectangle { return rectangle{kind, 1 << (c >> 4), 1 << (c & 15)} }
	return []rectangle{
		one(Space, ' '), one(Tilde, '~'), one(Dash, '-'), one(Underscore, '_'), one(At, '@'), one(Dot, '.'), one(Comma, ','),
		one(Plus, '+'), one(Colon, ':'), one(Equal, '='), one(Percent, '%'), one(Backslash, '\\'), one(Entity, '&'), one(Semicolon, ';'),
		one(Bar, '|'), one(Tab, '\t'), one(Line, '\n'), one(Escape, 0x1B),
		{letterAO, 1<<4 | 1<<6, 0xFFFE},
		{letterPZ, 1<<5 | 1<<7, 0x07FF},
		{Digit, 1 << 3, 0x03FF},
		{Quote, 1 << 2, 1<<2 | 1<<7},
		{Angle, 1 << 3, 1<<0xC | 1<<0xE},
		{Beyond, 0xFF00, 0xFFFF},
	}
}
