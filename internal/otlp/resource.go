package otlp

import "google.golang.org/protobuf/encoding/protowire"

// RewriteResources offers each encoded Resource of a request to fn, a missing one
// as empty. fn returns its new form appended to dst, or says that it didn't
// change. If none changed, out is in; else out is the request with the new
// resources, written to dst[:0] and grown as needed. dst must not overlap in. The
// request is to be what a Walker returned; malformed input is an *Error.
func RewriteResources(sig Signal, in, dst []byte, fn func(resource, dst []byte) (out []byte, changed bool)) (out []byte, err error) {
	dst = dst[:0]
	copied := 0 // in[:copied] is in dst
	r := reader{b: in}
	for r.next() {
		if !r.embeds(numberGroup) {
			continue
		}
		resource, from, to := findResource(r.data)
		made, changed := fn(resource, room(dst, r.at-copied+headRoom))
		if !changed {
			continue
		}
		dst = append(dst, in[copied:r.at]...)
		dst = appendGroup(dst, made, r.data, from, to)
		copied = r.pos
	}
	if err := r.end(sig.String(), 0); err != nil {
		return nil, err
	}
	if copied == 0 {
		return in, nil
	}
	return append(dst, in[copied:]...), nil
}

// room returns the spare capacity of dst behind its first n bytes, or nil.
func room(dst []byte, n int) []byte {
	if at := len(dst) + n; at < cap(dst) {
		return dst[at:at:cap(dst)]
	}
	return nil
}

// headRoom is the largest size of two tags and two lengths.
const headRoom = 2 * (1 + 10)

// findResource returns the resource of a ResourceSpans or its like, and the range
// of the field in it.
func findResource(group []byte) (resource []byte, from, to int) {
	for r := (reader{b: group}); r.next(); {
		if r.embeds(numberResource) {
			return r.data, r.at, r.pos
		}
	}
	return nil, 0, 0
}

// appendGroup appends a ResourceSpans or its like with that resource, and the
// rest of group without the field at group[from:to]. The resource may stand
// headRoom bytes behind dst, in its spare capacity.
func appendGroup(dst, resource, group []byte, from, to int) []byte {
	size := protowire.SizeTag(numberResource) + protowire.SizeBytes(len(resource)) + len(group) - (to - from)
	dst = protowire.AppendTag(dst, numberGroup, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(size))
	dst = protowire.AppendTag(dst, numberResource, protowire.BytesType)
	dst = protowire.AppendBytes(dst, resource)
	dst = append(dst, group[:from]...)
	return append(dst, group[to:]...)
}
