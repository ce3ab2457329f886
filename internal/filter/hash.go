package filter

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strings"
	"sync"

	"github.com/drl-trading/telemetry-agent/internal/filter/detect"
)

// A pseudonym is "hk", the id of its key, ':' and 22 characters of base64url: 96
// bits of HMAC-SHA256 of the value (16 characters), and 32 bits of HMAC-SHA256 of
// these (6 characters). By the second part the filter knows its own pseudonyms,
// and doesn't hash them again; nothing else passes for one.
const (
	pseudonymBits  = 96
	pseudonymBytes = pseudonymBits / 8
	checkBytes     = 4
	pseudonymChars = 16
	checkChars     = 6
	checkDomain    = "telemetry-agent pseudonym check\x00"

	minHashKey = 32 // RFC 2104, section 3: the length of the hash
	maxKeyID   = 8
	randomID   = "r" // of the key that lives as long as the process
)

// tokens makes pseudonyms, and knows what stands in filtered texts.
type tokens struct {
	keys  []*hashKey
	masks []string // of the user's patterns
}

type hashKey struct {
	prefix string // "hk1:"
	macs   sync.Pool
}

// newTokens takes the keys, or makes a random one.
func newTokens(o Options) (*tokens, error) {
	t := &tokens{}
	var errs []error
	seen := make(map[string]bool)
	for i, k := range o.HashKeys {
		at := fmt.Sprintf("hash_keys[%d]", i)
		if len(k.ID) > maxKeyID || !validName(k.ID) || strings.ContainsAny(k.ID, "-_") || k.ID == randomID {
			errs = append(errs, optionError(at+".id", "must be 1 to %d letters or digits, and not %q", maxKeyID, randomID))
		}
		if seen[k.ID] {
			errs = append(errs, optionError(at+".id", "stands there twice"))
		}
		seen[k.ID] = true
		if len(k.Key) < minHashKey {
			errs = append(errs, optionError(at+".key", "must be at least %d bytes, got %d", minHashKey, len(k.Key)))
		}
		t.keys = append(t.keys, newHashKey(k.ID, k.Key))
	}
	if len(t.keys) == 0 {
		key := make([]byte, minHashKey)
		rand.Read(key)
		t.keys = append(t.keys, newHashKey(randomID, key))
	}
	for _, p := range o.Patterns {
		t.masks = append(t.masks, "["+p.Name+"]")
	}
	return t, errors.Join(errs...)
}

func newHashKey(id string, key []byte) *hashKey {
	key = append([]byte(nil), key...)
	k := &hashKey{prefix: "hk" + id + ":"}
	k.macs.New = func() any { return hmac.New(sha256.New, key) }
	return k
}

// append appends the pseudonym of value.
func (t *tokens) append(dst, value []byte) []byte {
	k := t.keys[0]
	mac := k.macs.Get().(hash.Hash)
	defer k.macs.Put(mac)
	var sum [sha256.Size]byte
	mac.Reset()
	mac.Write(value)
	mac.Sum(sum[:0])
	dst = append(dst, k.prefix...)
	dst = base64.RawURLEncoding.AppendEncode(dst, sum[:pseudonymBytes])
	check := checkOf(mac, sum[:pseudonymBytes])
	return base64.RawURLEncoding.AppendEncode(dst, check[:])
}

func checkOf(mac hash.Hash, pseudonym []byte) (check [checkBytes]byte) {
	var sum [sha256.Size]byte
	mac.Reset()
	mac.Write([]byte(checkDomain))
	mac.Write(pseudonym)
	mac.Sum(sum[:0])
	copy(check[:], sum[:])
	return check
}

// Token implements detect.Tokens: a mask of a pattern, or a pseudonym by one of
// the keys.
func (t *tokens) Token(b []byte) int {
	for _, m := range t.masks {
		if len(b) >= len(m) && string(b[:len(m)]) == m {
			return len(m)
		}
	}
	for _, k := range t.keys {
		n := len(k.prefix) + pseudonymChars + checkChars
		if len(b) >= n && string(b[:len(k.prefix)]) == k.prefix && k.made(b[len(k.prefix):n]) {
			return n
		}
	}
	return 0
}

// made tells whether the characters behind the prefix are by this key.
func (k *hashKey) made(chars []byte) bool {
	var raw [pseudonymBytes + checkBytes]byte
	if _, err := base64.RawURLEncoding.Strict().Decode(raw[:pseudonymBytes], chars[:pseudonymChars]); err != nil {
		return false
	}
	if _, err := base64.RawURLEncoding.Strict().Decode(raw[pseudonymBytes:], chars[pseudonymChars:]); err != nil {
		return false
	}
	mac := k.macs.Get().(hash.Hash)
	defer k.macs.Put(mac)
	check := checkOf(mac, raw[:pseudonymBytes])
	return hmac.Equal(check[:], raw[pseudonymBytes:])
}

// isToken tells whether a whole value is a replacement.
func (t *tokens) isToken(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	n := detect.MaskLength(b)
	if n == 0 {
		n = t.Token(b)
	}
	return n == len(b)
}
