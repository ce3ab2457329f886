package otlp

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonv1 "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

var update = flag.Bool("update", false, "rewrite golden files")

const placesFile = "testdata/places.txt"

// TestPlaces holds the names of the places: they are labels of metrics.
func TestPlaces(t *testing.T) {
	var got strings.Builder
	for i, p := range NewSchema().Places() {
		if int(p.Place) != i {
			t.Errorf("place %d stands at %d", p.Place, i)
		}
		exempt := ""
		if p.Exempt != "" {
			exempt = "  exempt: " + p.Exempt
		}
		kind := [...]string{String: "string", Bytes: "bytes", Key: "key", Any: "any"}[p.Kind]
		fmt.Fprintf(&got, "%-8s%-7s%s%s\n", p.Signal, kind, p.Name, exempt)
	}
	if *update {
		if err := os.WriteFile(placesFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(placesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("places (-want +got, -update accepts):\n%s", diff)
	}
}

// TestTablesNameExistingFields keeps the tables of names from rotting.
func TestTablesNameExistingFields(t *testing.T) {
	var names []protoreflect.FullName
	for name := range placePrefixes() {
		names = append(names, name)
	}
	for name := range itemMessages() {
		names = append(names, name)
	}
	for name := range groupMessages() {
		names = append(names, name)
	}
	for name := range exemptFields() {
		names = append(names, name)
	}
	for name := range deletedFields() {
		names = append(names, name)
	}
	for name := range keyFields() {
		names = append(names, name)
	}
	NewSchema() // links the descriptors
	for _, name := range names {
		if _, err := protoregistry.GlobalFiles.FindDescriptorByName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefusesWhatItDoesNotKnow changes the descriptor of a span in ways in
// which a newer OTLP could.
func TestSchemaRefusesWhatItDoesNotKnow(t *testing.T) {
	newField := func(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), Number: proto.Int32(number), Type: kind.Enum(),
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
	}
	tests := []struct {
		name   string
		change func(span *descriptorpb.DescriptorProto)
		want   string
	}{
		{"nothing", func(*descriptorpb.DescriptorProto) {}, ""},
		{"a string field is visited", func(span *descriptorpb.DescriptorProto) {
			span.Field = append(span.Field, newField("note", 20, descriptorpb.FieldDescriptorProto_TYPE_STRING))
		}, ""},
		{"a message without a name", func(span *descriptorpb.DescriptorProto) {
			f := newField("note", 20, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE)
			f.TypeName = proto.String(".opentelemetry.proto.trace.v1.Span.Note")
			span.Field = append(span.Field, f)
			span.NestedType = append(span.NestedType, &descriptorpb.DescriptorProto{Name: proto.String("Note")})
		}, "message opentelemetry.proto.trace.v1.Span.Note has no place name"},
		{"recursion", func(span *descriptorpb.DescriptorProto) {
			f := newField("child", 20, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE)
			f.TypeName = proto.String(".opentelemetry.proto.trace.v1.Span")
			span.Field = append(span.Field, f)
		}, "message opentelemetry.proto.trace.v1.Span is recursive"},
		{"a map", func(span *descriptorpb.DescriptorProto) {
			f := newField("notes", 20, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE)
			f.TypeName = proto.String(".opentelemetry.proto.trace.v1.Span.NotesEntry")
			f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
			span.Field = append(span.Field, f)
			span.NestedType = append(span.NestedType, &descriptorpb.DescriptorProto{
				Name: proto.String("NotesEntry"), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
				Field: []*descriptorpb.FieldDescriptorProto{
					newField("key", 1, descriptorpb.FieldDescriptorProto_TYPE_STRING),
					newField("value", 2, descriptorpb.FieldDescriptorProto_TYPE_STRING),
				},
			})
		}, "field opentelemetry.proto.trace.v1.Span.notes of kind message is not classified"},
		{"an index into a dictionary", func(span *descriptorpb.DescriptorProto) {
			span.Field = append(span.Field, newField("name_strindex", 20, descriptorpb.FieldDescriptorProto_TYPE_INT32))
		}, "field opentelemetry.proto.trace.v1.Span.name_strindex of kind int32 is not classified"},
		{"unpacked numbers", func(span *descriptorpb.DescriptorProto) {
			f := newField("numbers", 20, descriptorpb.FieldDescriptorProto_TYPE_INT64)
			f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
			f.Options = &descriptorpb.FieldOptions{Packed: proto.Bool(false)}
			span.Field = append(span.Field, f)
		}, "field opentelemetry.proto.trace.v1.Span.numbers of kind int64 is not classified"},
		{"a number beyond the tables", func(span *descriptorpb.DescriptorProto) {
			span.Field = append(span.Field, newField("note", 32, descriptorpb.FieldDescriptorProto_TYPE_STRING))
		}, "number 32 of opentelemetry.proto.trace.v1.Span.note is above 31"},
	}
	root := newRoot(Traces).ProtoReflect().Descriptor()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := protodesc.ToFileDescriptorProto(root.ParentFile())
			span := file.MessageType[slices.IndexFunc(file.MessageType, func(m *descriptorpb.DescriptorProto) bool { return m.GetName() == "Span" })]
			tt.change(span)
			fd, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
			if err != nil {
				t.Fatal(err)
			}
			_, err = buildSchema(fd.Messages().ByName("TracesData"))
			checkError(t, err, tt.want)
		})
	}
}

// TestSchemaRefusesProto2Forms builds fields of kinds that proto3 doesn't have.
func TestSchemaRefusesProto2Forms(t *testing.T) {
	for _, label := range []descriptorpb.FieldDescriptorProto_Label{descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REQUIRED} {
		kind := descriptorpb.FieldDescriptorProto_TYPE_GROUP
		typeName := proto.String(".opentelemetry.proto.trace.v1.TracesData.Group")
		if label == descriptorpb.FieldDescriptorProto_LABEL_REQUIRED {
			kind, typeName = descriptorpb.FieldDescriptorProto_TYPE_STRING, nil
		}
		fd, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
			Name: proto.String("t.proto"), Package: proto.String("opentelemetry.proto.trace.v1"), Syntax: proto.String("proto2"),
			MessageType: []*descriptorpb.DescriptorProto{{
				Name:       proto.String("TracesData"),
				NestedType: []*descriptorpb.DescriptorProto{{Name: proto.String("Group")}},
				Field: []*descriptorpb.FieldDescriptorProto{{
					Name: proto.String("group"), Number: proto.Int32(1), Type: kind.Enum(), TypeName: typeName, Label: label.Enum(),
				}},
			}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = buildSchema(fd.Messages().Get(0))
		checkError(t, err, "is not classified")
	}
}

// TestSchemaRefusesOtherValues changes the messages that the walker knows by heart.
func TestSchemaRefusesOtherValues(t *testing.T) {
	tests := []struct {
		name   string
		change func(file *descriptorpb.FileDescriptorProto)
		want   string
	}{
		{"nothing", func(*descriptorpb.FileDescriptorProto) {}, ""},
		{"a new member", func(file *descriptorpb.FileDescriptorProto) {
			m := file.MessageType[0]
			m.Field = append(m.Field, &descriptorpb.FieldDescriptorProto{
				Name: proto.String("json_value"), Number: proto.Int32(9), OneofIndex: proto.Int32(0),
				Type:  descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
				Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
			})
		}, "AnyValue has 9 fields, want 8"},
		{"another kind", func(file *descriptorpb.FileDescriptorProto) {
			file.MessageType[0].Field[1].Type = descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()
		}, "a field of opentelemetry.proto.common.v1.AnyValue is {2 bool_value"},
		{"another name", func(file *descriptorpb.FileDescriptorProto) {
			file.Package = proto.String("opentelemetry.proto.common.v2")
			for _, m := range file.MessageType {
				for _, f := range m.Field {
					if f.TypeName != nil {
						f.TypeName = proto.String(strings.Replace(f.GetTypeName(), "v1", "v2", 1))
					}
				}
			}
		}, "opentelemetry.proto.common.v1.KeyValue is not in"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := protodesc.ToFileDescriptorProto((&commonv1.AnyValue{}).ProtoReflect().Descriptor().ParentFile())
			if file.MessageType[0].GetName() != "AnyValue" {
				t.Fatalf("first message is %s", file.MessageType[0].GetName())
			}
			tt.change(file)
			fd, err := protodesc.NewFile(file, nil)
			if err != nil {
				t.Fatal(err)
			}
			checkError(t, checkForms(fd), tt.want)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %v", err)
	case want != "" && err == nil:
		t.Errorf("no error, want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("error %q, want %q", err, want)
	}
}
