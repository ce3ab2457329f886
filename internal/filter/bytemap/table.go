package bytemap

import "encoding/binary"

// kinds are the kinds of each byte.
var kinds = buildKinds()

func buildKinds() (t [256]Class) {
	for c := range t {
		for _, r := range rectangles() {
			if r.upper>>(c>>4)&1 != 0 && r.lower>>(c&15)&1 != 0 {
				t[c] |= r.kind
			}
		}
	}
	return t
}

// Kinds returns all kinds of bytes in a text that is too short for a Map to pay.
func Kinds(b []byte) (seen Class) {
	for _, c := range b {
		seen |= kinds[c]
	}
	return seen
}

// readTable reads a text eight bytes at a time: by a table which kinds there are, by
// arithmetic on all of the eight where they are.
func (m *Map) readTable(b []byte) {
	seen := Class(0)
	for k := range m.Blocks {
		var block Block
		letters := m.Letters[Front+k<<6 : Front+k<<6+64]
		part := b[k<<6 : min(len(b), k<<6+64)]
		clear(letters[len(part)&^7:])
		for i := 0; i < len(part); i += 8 {
			x := eight(part[i:])
			here := kinds[byte(x)] | kinds[byte(x>>8)] | kinds[byte(x>>16)] | kinds[byte(x>>24)] |
				kinds[byte(x>>32)] | kinds[byte(x>>40)] | kinds[byte(x>>48)] | kinds[byte(x>>56)]
			seen |= here
			binary.LittleEndian.PutUint64(letters[i:], block.add(x, here, i))
		}
		m.Blocks[k] = block
	}
	m.Seen = seen
}

// A value for each of eight bytes.
const (
	each = 0x0101010101010101
	low  = 0x7F * each
	high = 0x80 * each
)

// add notes where the kinds of eight bytes are that stand from i on in the block; here
// are all of them. It returns which letters they are.
func (block *Block) add(x uint64, here Class, i int) (letters uint64) {
	letter := within(x|0x20*each, 'a', 'z') &^ (x & high)
	words := letter
	if here&Digit != 0 {
		digit := within(x, '0', '9')
		words |= digit
		block.Digits |= gather(digit) << (i & 63)
	}
	if here&(Dash|Underscore|Tilde) != 0 {
		dash := within(x, '-', '-')
		words |= dash | within(x, '_', '_') | within(x, '~', '~')
		block.Dashes |= gather(dash) << (i & 63)
	}
	if here&mark != 0 {
		block.Marks |= gather(within(x, ':', '>')&^within(x, ';', ';')) << (i & 63)
	}
	if here&Space != 0 {
		block.Spaces |= gather(within(x, ' ', ' ')) << (i & 63)
	}
	block.Letters |= gather(letter) << (i & 63)
	block.Words |= gather(words) << (i & 63)
	return letter >> 7 * 0x1F & x
}

// within sets the highest bit of each byte from first to last, which are below 0x80.
func within(x, first, last uint64) uint64 {
	y := x & low // so that nothing is carried from byte to byte
	return (y + (0x80-first)*each) &^ (y + (0x7F-last)*each) &^ x & high
}

// eight returns the first eight bytes of b, the first one lowest; zeros behind its
// end, which are of no kind.
func eight(b []byte) (x uint64) {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b)
	}
	for i, c := range b {
		x |= uint64(c) << (8 * i & 63)
	}
	return x
}

// gather brings the highest bits of eight bytes together.
func gather(x uint64) uint64 { return x * 0x0002040810204081 >> 56 }
