package enrich

import (
	"crypto/sha1"
	"fmt"
)

const instanceID = "service.instance.id"

// instanceNamespace is the UUID namespace that the semantic conventions give for
// service.instance.id.
var instanceNamespace = [16]byte{0x4d, 0x63, 0x00, 0x9a, 0x8d, 0x0f, 0x11, 0xee, 0xaa, 0xd7, 0x4c, 0x79, 0x6e, 0xd8, 0xe3, 0x20}

// deriveInstance returns a service.instance.id for services that send none, from
// what stays the same when the agent or the pod's containers restart: the pod's
// uid, else a UUID of the pod's name, of the host, or of the container. It says
// no if none of them is known.
func deriveInstance(found []attribute) (string, bool) {
	of := map[string]string{}
	for _, a := range found {
		of[a.key] = a.value
	}
	switch {
	case of[podUID] != "":
		return of[podUID], true
	case of["k8s.pod.name"] != "":
		return uuid5("k8s", of["k8s.namespace.name"], of["k8s.pod.name"]), true
	case of["host.name"] != "":
		return uuid5("host", of["host.id"], of["host.name"]), true
	case of[containerID] != "":
		return uuid5("container", of[containerID]), true
	}
	return "", false
}

// uuid5 returns the UUID of a name by SHA-1 (RFC 9562, section 5.5); the parts of
// the name are joined by zero bytes, which none of them contains.
func uuid5(parts ...string) string {
	h := sha1.New()
	h.Write(instanceNamespace[:])
	for _, p := range parts {
		h.Write([]byte(p + "\x00"))
	}
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
