package enrich

import (
	"crypto/rand"
	"crypto/sha256"
	"hash"
	"sync"
)

// Bounds of one generation of the cache. A service sends a handful of resources;
// the bytes are for those with long attributes.
const (
	maxForms     = 512
	maxFormBytes = 1 << 20
)

// cacheKey is 128 bits of a keyed hash of a resource.
type cacheKey [16]byte

// form is what a resource becomes.
type form struct {
	resource []byte // not to be changed
	changed  bool   // false: it stays as it came
}

// cache remembers the forms of resources. It has two generations: when the young
// one is full it becomes the old one, whose forms come back when they are asked
// for. The hash is keyed at random, so nobody can prepare two resources that
// share a form.
type cache struct {
	hashers sync.Pool // of *keyed

	mu         sync.RWMutex
	young, old map[cacheKey]form
	bytes      int // of the young
}

func newCache() *cache {
	var key [sha256.BlockSize]byte
	_, _ = rand.Read(key[:]) // never fails, as of Go 1.24
	c := &cache{young: map[cacheKey]form{}}
	c.hashers.New = func() any { return &keyed{Hash: sha256.New(), key: key} }
	return c
}

// keyed is SHA-256 behind a key of one block.
type keyed struct {
	hash.Hash
	key [sha256.BlockSize]byte
	sum [sha256.Size]byte
}

// key returns the key of a resource.
func (c *cache) key(resource []byte) (key cacheKey) {
	h, ok := c.hashers.Get().(*keyed)
	if !ok {
		panic("enrich: pool holds another type")
	}
	defer c.hashers.Put(h)
	h.Reset()
	_, _ = h.Write(h.key[:]) // a hash doesn't fail
	_, _ = h.Write(resource)
	copy(key[:], h.Sum(h.sum[:0]))
	return key
}

// get returns the form of the resource with that key.
func (c *cache) get(key cacheKey) (f form, ok bool) {
	c.mu.RLock()
	f, ok = c.young[key]
	if ok {
		c.mu.RUnlock()
		return f, true
	}
	f, ok = c.old[key]
	c.mu.RUnlock()
	if ok {
		c.put(key, f)
	}
	return f, ok
}

// put remembers a form. The cache owns it from now on.
func (c *cache) put(key cacheKey, f form) {
	if len(f.resource) > maxFormBytes/8 {
		return // one of its kind would push out the rest
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.young[key]; ok {
		return
	}
	if len(c.young) >= maxForms || c.bytes+len(f.resource) > maxFormBytes {
		c.old, c.young, c.bytes = c.young, map[cacheKey]form{}, 0
	}
	c.bytes += len(f.resource)
	c.young[key] = f
}
