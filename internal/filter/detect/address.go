package detect

import "net/netip"

// addresses looks for IP and MAC addresses in words of digits, letters, dots,
// colons and dashes.
func (s *Scanner) addresses(w *Work, b []byte) {
	for i := 0; i < len(b); {
		if !hexDigit(b[i]) && b[i] != ':' || i > 0 && (alnum(b[i-1]) || b[i-1] == '.' && i > 1 && digit(b[i-2])) {
			i++
			continue
		}
		end := i
		for end < len(b) && end-i < 64 && (hexDigit(b[end]) || b[end] == ':' || b[end] == '.' || b[end] == '-') {
			end++
		}
		next := end
		for next < len(b) && alnum(b[next]) {
			next++
		}
		if next == end {
			s.address(w, b, i, end)
		}
		i = max(next, i+1)
	}
}

func (s *Scanner) address(w *Work, b []byte, i, end int) {
	for end > i && (b[end-1] == '.' || b[end-1] == ':' && at(b, end-2) != ':' || b[end-1] == '-') {
		end--
	}
	if s.set.Has(MAC) && macAddress(b[i:end]) {
		w.add(i, end, MAC, "eui48")
		return
	}
	if !s.set.Has(IP) {
		return
	}
	if stop := ipv4(b, i, end); stop > 0 {
		w.add(i, stop, IP, "ipv4")
		return
	}
	for stop := end; stop-i >= 2; stop-- { // an IPv6 address may have ":port" behind it
		if hasColons(b[i:stop]) {
			if a, err := netip.ParseAddr(string(b[i:stop])); err == nil && a.Is6() {
				w.add(i, stop, IP, "ipv6")
				return
			}
		}
		if stop < end-6 {
			return
		}
	}
}

func hasColons(b []byte) bool {
	n := 0
	for _, c := range b {
		if c == ':' {
			n++
		}
	}
	return n >= 2
}

// ipv4 returns the end of the dotted quad at b[i:end], or 0.
func ipv4(b []byte, i, end int) int {
	dots, stop := 0, i
	for stop < end && (digit(b[stop]) || b[stop] == '.') {
		if b[stop] == '.' {
			dots++
		}
		stop++
	}
	if dots != 3 || stop < end && b[stop] != ':' && b[stop] != '-' || stop-i > 15 {
		return 0
	}
	if a, err := netip.ParseAddr(string(b[i:stop])); err != nil || !a.Is4() {
		return 0
	}
	return stop
}

// macAddress tells whether b is six pairs of hexadecimal digits with ':' or '-'
// between them, or three groups of four with dots (IEEE 802, EUI-48).
func macAddress(b []byte) bool {
	switch {
	case len(b) == 17:
		for i, c := range b {
			if i%3 == 2 && (c != b[2] || c != ':' && c != '-') || i%3 != 2 && !hexDigit(c) {
				return false
			}
		}
		return true
	case len(b) == 14:
		for i, c := range b {
			if i%5 == 4 && c != '.' || i%5 != 4 && !hexDigit(c) {
				return false
			}
		}
		return true
	}
	return false
}
