package otlp

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// textPath is a way from a request down to a string or bytes field.
type textPath []protoreflect.FieldDescriptor

func (p textPath) String() string {
	names := make([]string, len(p))
	for i, f := range p {
		names[i] = string(f.Name())
	}
	return strings.Join(names, ".")
}

func (p textPath) exempt() bool {
	_, ok := exemptFields()[p[len(p)-1].FullName()]
	return ok
}

// textPaths lists the ways to all text fields, values standing at most depth
// levels in each other.
func textPaths(m protoreflect.MessageDescriptor, depth int) (paths []textPath) {
	if m.FullName() == anyValueName {
		depth--
	}
	if depth < 0 {
		return nil
	}
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		switch f.Kind() {
		case protoreflect.StringKind, protoreflect.BytesKind:
			paths = append(paths, textPath{f})
		case protoreflect.MessageKind:
			for _, p := range textPaths(f.Message(), depth) {
				paths = append(paths, append(textPath{f}, p...))
			}
		}
	}
	return paths
}

// plant sets the text at the end of the path, and makes the messages on the way
// valid. Each of these gets an unknown field with the text, too.
func plant(m protoreflect.Message, p textPath, text string) {
	unknown := protowire.AppendTag(nil, 1000, protowire.BytesType)
	m.SetUnknown(protowire.AppendString(unknown, text))
	for name, e := range exemptFields() {
		if name.Parent() == m.Descriptor().FullName() && e.required {
			m.Set(m.Descriptor().Fields().ByName(name.Name()), protoreflect.ValueOfBytes(bytes.Repeat([]byte{1}, e.length)))
		}
	}
	f := p[0]
	if f.Message() != nil {
		v := m.NewField(f)
		next := v
		if f.IsList() {
			next = v.List().NewElement()
			v.List().Append(next)
		}
		plant(next.Message(), p[1:], text)
		m.Set(f, v)
		return
	}
	v := protoreflect.ValueOfString(text)
	if f.Kind() == protoreflect.BytesKind {
		v = protoreflect.ValueOfBytes([]byte(text))
	}
	if f.IsList() {
		l := m.Mutable(f).List()
		l.Append(v)
		return
	}
	m.Set(f, v)
}

// masker replaces every text, and remembers where it met the canary.
type masker struct{ found []Place }

func (*masker) Attribute(Place, []byte, uint32) (uint32, Verdict) { return 0, Pass }

func (m *masker) Text(t *Text, dst []byte) ([]byte, Verdict) {
	if bytes.Contains(t.Value, []byte(canary)) {
		m.found = append(m.found, t.Place)
	}
	return append(dst, 'x'), Replace
}

// TestEveryTextFieldIsVisited plants a canary in every text field of every
// signal that the descriptors list, on every way there, and finds none after.
func TestEveryTextFieldIsVisited(t *testing.T) {
	schema := NewSchema()
	places := schema.Places()
	w := NewWalker(schema, Limits{})
	for sig := range Signal(NumSignals) {
		seen := map[Place]bool{}
		for _, p := range textPaths(newRoot(sig).ProtoReflect().Descriptor(), 3) {
			if p.exempt() {
				continue
			}
			in := newRoot(sig)
			plant(in.ProtoReflect(), p, canary)
			v := &masker{}
			out, _, err := w.Rewrite(sig, encode(t, in), nil, v)
			if err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			if bytes.Contains(out, []byte(canary)) {
				t.Errorf("%s: the canary is in the output", p)
			}
			if _, err := pdataRoundTrip(sig, out); err != nil {
				t.Errorf("%s: %v", p, err)
			}
			if len(v.found) != 1 {
				t.Fatalf("%s: offered %d times", p, len(v.found))
			}
			seen[v.found[0]] = true
		}
		for _, p := range places {
			if p.Signal == sig && p.Exempt == "" && !seen[p.Place] {
				t.Errorf("no path leads to %s of %s", p.Name, sig)
			}
		}
	}
}

// TestExemptFieldsHoldNoText shows that what isn't offered is refused unless it
// has the length of an id.
func TestExemptFieldsHoldNoText(t *testing.T) {
	w := NewWalker(NewSchema(), Limits{})
	for sig := range Signal(NumSignals) {
		for _, p := range textPaths(newRoot(sig).ProtoReflect().Descriptor(), 0) {
			if !p.exempt() {
				continue
			}
			in := newRoot(sig)
			plant(in.ProtoReflect(), p, canary)
			out, c, err := w.Rewrite(sig, encode(t, in), nil, nil)
			if err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			if want := (Counts{Items: 1, Rejected: 1}); c != want {
				t.Errorf("%s: counts %+v, want %+v", p, c, want)
			}
			if bytes.Contains(out, []byte(canary)) {
				t.Errorf("%s: the canary is in the output", p)
			}
		}
	}
}

const pathsFile = "testdata/paths.txt"

// TestPathsToPlaces holds which field is offered as which place.
func TestPathsToPlaces(t *testing.T) {
	schema := NewSchema()
	w := NewWalker(schema, Limits{})
	var got strings.Builder
	for sig := range Signal(NumSignals) {
		for _, p := range textPaths(newRoot(sig).ProtoReflect().Descriptor(), 1) {
			in := newRoot(sig)
			plant(in.ProtoReflect(), p, canary)
			v := &masker{}
			if _, _, err := w.Rewrite(sig, encode(t, in), nil, v); err != nil {
				t.Fatal(err)
			}
			place := "(exempt)"
			for _, found := range v.found {
				place = schema.places[found].Name
			}
			fmt.Fprintf(&got, "%s %s\n", p, place)
		}
	}
	if *update {
		if err := os.WriteFile(pathsFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(pathsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("paths (-want +got, -update accepts):\n%s", diff)
	}
}

// TestDictionaryIndexesAreDeleted: what they point to isn't in these signals.
func TestDictionaryIndexesAreDeleted(t *testing.T) {
	keyValue := protowire.AppendTag(nil, 3, protowire.VarintType) // key_strindex
	keyValue = protowire.AppendVarint(keyValue, 4111111)
	value := protowire.AppendTag(nil, 8, protowire.VarintType) // string_value_strindex
	value = protowire.AppendVarint(value, 4111111)
	keyValue = protowire.AppendTag(keyValue, 2, protowire.BytesType)
	keyValue = protowire.AppendBytes(keyValue, value)
	in := nest(keyValue, 1, 1, 1) // resource_spans, resource, attributes
	out, _, err := NewWalker(NewSchema(), Limits{}).Rewrite(Traces, in, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := nest(nest(nil, 2), 1, 1, 1) // an attribute with an empty value
	if !bytes.Equal(out, want) {
		t.Errorf("got % x, want % x", out, want)
	}
	if err := proto.Unmarshal(out, newRoot(Traces)); err != nil {
		t.Error(err)
	}
}

// nest puts b into messages with these field numbers, the first being the
// outermost.
func nest(b []byte, numbers ...protowire.Number) []byte {
	for i := len(numbers) - 1; i >= 0; i-- {
		b = protowire.AppendBytes(protowire.AppendTag(nil, numbers[i], protowire.BytesType), b)
	}
	return b
}
