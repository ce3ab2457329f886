package otlp

import (
	"encoding/binary"
	"unicode/utf8"
)

// validUTF8 is utf8.Valid, faster for ASCII.
func validUTF8(s []byte) bool {
	const high = 0x8080808080808080
	if len(s) < 8 {
		var bits byte
		for _, c := range s {
			bits |= c
		}
		return bits < utf8.RuneSelf || utf8.Valid(s)
	}
	bits := binary.LittleEndian.Uint64(s[len(s)-8:])
	for rest := s; len(rest) >= 8; rest = rest[8:] {
		bits |= binary.LittleEndian.Uint64(rest)
	}
	return bits&high == 0 || utf8.Valid(s)
}

// appendMended appends s with each run of invalid bytes replaced by U+FFFD.
func appendMended(dst, s []byte) []byte {
	invalid := false
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		if r == utf8.RuneError && n == 1 {
			if !invalid {
				dst = utf8.AppendRune(dst, utf8.RuneError)
			}
			invalid = true
		} else {
			dst, invalid = append(dst, s[:n]...), false
		}
		s = s[n:]
	}
	return dst
}
