package detect

// jwt returns the end of the JSON Web Token (RFC 7519; signed, encrypted or
// neither) whose header begins with "eyJ" at b[i], or 0. Other base64 of JSON is
// none: the header must hold "alg" or "enc", or claims must follow it.
func jwt(b []byte, i int) int {
	var buf [192]byte
	if !hasAlgorithm(decodeBase64(buf[:0], b[i:])) {
		end := base64URL(b[:min(len(b), i+maxJWTHeader)], i)
		if at(b, end) != '.' || !hasPrefix(b[end+1:], jwtPrefix) {
			return 0
		}
	}
	end := base64URL(b, i)
	for parts := 1; parts < 5 && at(b, end) == '.'; parts++ {
		next := base64URL(b, end+1)
		end = next
	}
	for end > i && b[end-1] == '.' && end == len(b) {
		end--
	}
	return end
}

// maxJWTHeader bounds a header whose algorithm isn't at its start: it may hold
// certificates.
const maxJWTHeader = 1 << 10

func base64URL(b []byte, i int) int {
	for i < len(b) && base64Values[b[i]] != 0 {
		i++
	}
	for i < len(b) && b[i] == '=' {
		i++
	}
	return i
}

// hasAlgorithm tells whether a header, perhaps cut, holds the key "alg" or "enc".
func hasAlgorithm(header []byte) bool {
	for i := 0; i+5 <= len(header); i++ {
		if header[i] == '"' && (hasPrefix(header[i:], `"alg"`) || hasPrefix(header[i:], `"enc"`)) {
			return true
		}
	}
	return false
}
