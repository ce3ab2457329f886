package otlp

import (
	"bytes"
	"testing"

	resourcev1 "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"
)

// eachResource calls fn with a pointer to the resource of each group of a
// decoded request, set if fn sets it.
func eachResource(m proto.Message, fn func(r *resourcev1.Resource) *resourcev1.Resource) {
	root := m.ProtoReflect()
	root.Range(func(_ protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		for i := range v.List().Len() {
			group := v.List().Get(i).Message()
			f := group.Descriptor().Fields().ByName("resource")
			r, _ := group.Get(f).Message().Interface().(*resourcev1.Resource)
			if made := fn(r); made != nil {
				group.Set(f, protoreflect.ValueOfMessage(made.ProtoReflect()))
			}
		}
		return true
	})
}

func TestRewriteResources(t *testing.T) {
	forSignals(t, func(t *rapid.T, _ *Walker, sig Signal) {
		m := randomRequest(t, sig)
		in := oddEncode(t, m.ProtoReflect(), oddities{padded: true})
		addition := AppendStringAttribute(nil, 1, "added", randomText(t))
		var changes []bool
		n := 0
		eachResource(m, func(r *resourcev1.Resource) *resourcev1.Resource {
			changes = append(changes, rapid.Bool().Draw(t, "change"))
			if !changes[n] {
				n++
				return nil
			}
			n++
			b := encode(t, r)
			made := &resourcev1.Resource{}
			if err := proto.Unmarshal(append(b, addition...), made); err != nil {
				t.Fatal(err)
			}
			return made
		})
		room := make([]byte, rapid.SampledFrom([]int{0, 10, 100, 100_000}).Draw(t, "room"))
		offered := 0
		out, err := RewriteResources(sig, in, room, func(resource, dst []byte) ([]byte, bool) {
			offered++
			return append(append(dst, resource...), addition...), changes[offered-1]
		})
		if err != nil {
			t.Fatal(err)
		}
		if offered != len(changes) {
			t.Errorf("%d resources offered, want %d", offered, len(changes))
		}
		got := newRoot(sig)
		if err := proto.Unmarshal(out, got); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got, m) {
			t.Errorf("got  %v\nwant %v", got, m)
		}
	})
}

func TestRewriteResourcesLeavesTheUnchanged(t *testing.T) {
	in := encode(t, pythonBatch())
	dst := make([]byte, 0, 2*len(in))
	var out []byte
	if allocs := testing.AllocsPerRun(10, func() {
		out, _ = RewriteResources(Traces, in, dst, func(_, dst []byte) ([]byte, bool) { return dst, false })
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	if &out[0] != &in[0] {
		t.Error("the request was copied")
	}
	out, err := RewriteResources(Traces, in, nil, func(resource, dst []byte) ([]byte, bool) { return append(dst, resource...), true })
	if err != nil || !bytes.Equal(out, in) {
		t.Errorf("an equal resource made another request, error %v", err)
	}
}

func TestRewriteResourcesReportsMalformedInput(t *testing.T) {
	_, err := RewriteResources(Logs, []byte{0x0a, 5}, nil, nil)
	checkTyped(t, err, Error{"logs", 0, reasonTruncated})
}
