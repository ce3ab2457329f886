package otlp

import (
	"fmt"

	logsv1 "go.opentelemetry.io/proto/otlp/logs/v1"
	metricsv1 "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Schema holds what the OTLP descriptors say about every field, in tables indexed
// by field number. It is immutable and safe for concurrent use.
type Schema struct {
	roots  [NumSignals]*node
	places []PlaceInfo
}

// NewSchema builds the tables from the descriptors linked into the binary. It
// panics if these hold a field that the code doesn't know how to treat: then the
// OTLP module was updated without this package.
func NewSchema() *Schema {
	s, err := buildSchema(
		tracev1.File_opentelemetry_proto_trace_v1_trace_proto.Messages().ByName("TracesData"),
		metricsv1.File_opentelemetry_proto_metrics_v1_metrics_proto.Messages().ByName("MetricsData"),
		logsv1.File_opentelemetry_proto_logs_v1_logs_proto.Messages().ByName("LogsData"),
	)
	if err != nil {
		panic(err)
	}
	return s
}

// Places lists all text fields of all signals. The index of an entry is its Place.
func (s *Schema) Places() []PlaceInfo {
	return append([]PlaceInfo(nil), s.places...)
}

// node is one message of one signal. Attributes and values have no nodes of their
// own: their form is fixed (see checkForms), their places stand in the field that
// leads to them.
type node struct {
	name     string  // prefix of its places
	fields   []field // by number; kind 0 is unknown
	required uint32  // set of the field numbers that must be there
	role     role
	holds    bool // is an item, or holds some
}

// role tells what a removal does to a message.
type role uint8

const (
	rolePart  role = iota // part of an item or of a group
	roleItem              // a span, datapoint or log record
	roleGroup             // holds items
)

// field is one field of a node.
type field struct {
	kind     fieldKind
	wire     protowire.Type
	text     TextKind // of kindText
	idLength uint8    // of kindID: bytes
	nonZero  bool     // of kindID: all zero is invalid
	place    Place    // of kindText
	// conflict is the set of numbers that can't stand beside it: its own and those of
	// its oneof. It is empty if the field is repeated, unless it is packed: of two
	// pieces some decoders take both, some the last.
	conflict uint32
	child    *node   // of kindMessage
	values   *values // of kindAttribute, kindValue
}

// values are the places of an attribute or a free-standing value.
type values struct {
	name  string // for errors
	key   Place
	value Place
}

// fieldKind says how the walker treats a field.
type fieldKind uint8

const (
	kindDeleted      fieldKind = iota // unknown, or known and not passed
	kindVarint                        // 64 bits
	kindVarintUint32                  // uint32, sint32
	kindVarintInt32                   // int32, enum
	kindVarintBool
	kindFixed // fixed32 or fixed64, by wire type
	kindPackedVarint
	kindPackedFixed32
	kindPackedFixed64
	kindID
	kindText      // string or bytes, repeated or not
	kindMessage   // child
	kindAttribute // KeyValue
	kindValue     // AnyValue outside an attribute
)

// maxFieldNumber bounds the numbers in the tables: sets of them fit a uint32.
const maxFieldNumber = 31

// checkForms refuses a file whose attributes and values differ from what the
// walker is written for.
func checkForms(file protoreflect.FileDescriptor) error {
	for _, want := range forms() {
		name := commonPackage + "." + protoreflect.FullName(want.message)
		m := file.Messages().ByName(want.message)
		if m == nil || m.FullName() != name {
			return fmt.Errorf("build schema: %s is not in %s", name, file.Path())
		}
		if m.Fields().Len() != len(want.fields) {
			return fmt.Errorf("build schema: %s has %d fields, want %d", name, m.Fields().Len(), len(want.fields))
		}
		for i, want := range want.fields {
			if got := formOf(m.Fields().Get(i)); got != want {
				return fmt.Errorf("build schema: a field of %s is %v, want %v", name, got, want)
			}
		}
	}
	return nil
}

const commonPackage protoreflect.FullName = "opentelemetry.proto.common.v1"

// messageForm is a message that the walker knows by heart, with its fields in the
// order of their declaration.
type messageForm struct {
	message protoreflect.Name
	fields  []fieldForm
}

// fieldForm is the shape of a field.
type fieldForm struct {
	number  protoreflect.FieldNumber
	name    protoreflect.Name
	kind    protoreflect.Kind
	message protoreflect.Name // of a message
}

func forms() []messageForm {
	return []messageForm{
		{"KeyValue", []fieldForm{
			{1, "key", protoreflect.StringKind, ""},
			{2, "value", protoreflect.MessageKind, "AnyValue"},
			{3, "key_strindex", protoreflect.Int32Kind, ""},
		}},
		{"AnyValue", []fieldForm{
			{1, "string_value", protoreflect.StringKind, ""},
			{2, "bool_value", protoreflect.BoolKind, ""},
			{3, "int_value", protoreflect.Int64Kind, ""},
			{4, "double_value", protoreflect.DoubleKind, ""},
			{5, "array_value", protoreflect.MessageKind, "ArrayValue"},
			{6, "kvlist_value", protoreflect.MessageKind, "KeyValueList"},
			{7, "bytes_value", protoreflect.BytesKind, ""},
			{8, "string_value_strindex", protoreflect.Int32Kind, ""},
		}},
		{"ArrayValue", []fieldForm{{1, "values", protoreflect.MessageKind, "AnyValue"}}},
		{"KeyValueList", []fieldForm{{1, "values", protoreflect.MessageKind, "KeyValue"}}},
	}
}

func formOf(f protoreflect.FieldDescriptor) fieldForm {
	form := fieldForm{number: f.Number(), name: f.Name(), kind: f.Kind()}
	if f.Message() != nil {
		form.message = f.Message().Name()
	}
	return form
}
