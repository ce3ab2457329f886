package detect

import "bytes"

// fix looks in the FIX message at b[i] (8=FIX.4.4…) for the fields that hold
// accounts and credentials, and returns where the message ends.
// What stands between the first two fields separates the others, too: SOH (0x01)
// on the wire, in logs also '|', '^', ';' or a space.
func (s *Scanner) fix(w *Work, b []byte, i int) int {
	if alnum(at(b, i-1)) {
		return i
	}
	sep := i
	for sep < len(b) && (alnum(b[sep]) || b[sep] == '=' || b[sep] == '.') {
		sep++
	}
	if sep >= len(b) {
		return len(b)
	}
	mark := b[sep : sep+1]
	for _, written := range [...]string{"^A", "<SOH>"} {
		if hasPrefix(b[sep:], written) {
			mark = b[sep : sep+len(written)]
		}
	}
	for pos := sep; pos < len(b); {
		for bytes.HasPrefix(b[pos:], mark) {
			pos += len(mark)
			for at(b, pos) == ' ' {
				pos++
			}
		}
		tag := pos
		for pos < len(b) && digit(b[pos]) {
			pos++
		}
		if pos == tag || pos-tag > 5 || at(b, pos) != '=' {
			return pos
		}
		from := pos + 1
		for pos = from; pos < len(b) && b[pos] != '\n' && !bytes.HasPrefix(b[pos:], mark); {
			pos++
		}
		if private, kind := fixField(number(b[tag : from-1])); private && s.set.Has(kind) && !s.harmless(b[from:pos]) {
			w.add(from, pos, kind, "fix")
		}
	}
	return len(b)
}

// messageType tells whether at b[i] stands the type of a FIX message and the next field.
func messageType(b []byte, i int) bool {
	for n := 0; n < 2 && alnum(at(b, i)); n++ {
		i++
	}
	if hasPrefix(b[i:], "<SOH>") {
		return true
	}
	if c := at(b, i); c != '|' && c != 1 && c != ';' && c != '^' {
		return false
	}
	for i++; at(b, i) == ' '; i++ {
	}
	return digit(at(b, i))
}

// fixField tells whether a tag of FIX 4.0 to 5.0 SP2 (FIX Latest, fields by tag)
// holds an account, a client or a credential.
func fixField(tag int) (bool, Kind) {
	switch tag {
	case 1, 79, 109, 440, 467, 671, // Account, AllocAccount, ClientID, ClearingAccount, IndividualAllocID, LegAllocAccount …
		448, 523, 524, 525, 545, 782, 785: // PartyID, PartySubID, NestedPartyID …
		return true, Account
	case 89, 91, 96, 553, 554, 925, 1402, 1404: // Signature, SecureData, RawData, Username, Password, NewPassword, Encrypted…
		return true, Secret
	}
	return false, None
}

// fixPassword judges the field whose '=' is b[i] and tag 554, Password, in a piece of a
// message. It returns where its value ends, or done.
func (s *Scanner) fixPassword(w *Work, b []byte, i, done int) int {
	sep := at(b, i-len("554")-1)
	if sep != '|' && sep != 1 && sep != '^' && sep != ';' {
		return done
	}
	end := i + 1
	for end < len(b) && end-i < maxQuoted && b[end] != sep && b[end] > ' ' {
		end++
	}
	if end == i+1 || s.harmless(b[i+1:end]) {
		return done
	}
	w.add(i+1, end, Secret, "fix")
	return end
}
