package receive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

const (
	// maxJSONDepth bounds the nesting of brackets: 16 from the request down to an
	// attribute's value (an exemplar's takes 13), and four for each of 64 levels of
	// AnyValue ({"kvlistValue": {"values": [{"value": …}]}}). It keeps the decoder's
	// stack small; the exact bound on values is checked on the converted bytes.
	maxJSONDepth = 16 + 4*64

	// Bytes that decoding and encoding again allocates, for the lease: per byte of
	// text, and on top of it per object and per other element in an array, because
	// those can be as short as "{}," and "0,". A test holds them against pdata.
	jsonTextBytes   = 4
	jsonObjectBytes = 384
	jsonScalarBytes = 40

	// maxJSONCost is the most that a body may cost, in bodies of the largest size.
	// Typical JSON costs 12 bytes per byte, so the largest body of it is a third.
	maxJSONCost = 4
)

// jsonError is JSON that isn't OTLP. It holds no input.
type jsonError struct {
	offset int64 // -1: not known
	reason string
}

func (e *jsonError) Error() string {
	if e.offset < 0 {
		return "read JSON: " + e.reason
	}
	return fmt.Sprintf("read JSON at byte %d: %s", e.offset, e.reason)
}

// convert turns a JSON request into an encoded one, under a lease of what that
// costs.
func (s *httpServer) convert(ctx context.Context, sig otlp.Signal, b []byte, l *lease) ([]byte, error) {
	cost, err := scanJSON(b)
	if err != nil {
		return nil, err
	}
	if cost > maxJSONCost*s.body.limit {
		return nil, errTooLarge
	}
	if err := l.toWork(ctx, cost); err != nil {
		return nil, err
	}
	encoded, err := jsonToProtobuf(sig, b)
	if err != nil {
		return nil, whyJSON(b)
	}
	return encoded, nil
}

// jsonToProtobuf decodes and encodes with pdata. Its errors quote the input.
func jsonToProtobuf(sig otlp.Signal, b []byte) ([]byte, error) {
	switch sig {
	case otlp.Traces:
		r := ptraceotlp.NewExportRequest()
		if err := r.UnmarshalJSON(b); err != nil {
			return nil, fmt.Errorf("decode traces: %w", err)
		}
		return r.MarshalProto()
	case otlp.Metrics:
		r := pmetricotlp.NewExportRequest()
		if err := r.UnmarshalJSON(b); err != nil {
			return nil, fmt.Errorf("decode metrics: %w", err)
		}
		return r.MarshalProto()
	case otlp.Logs:
		r := plogotlp.NewExportRequest()
		if err := r.UnmarshalJSON(b); err != nil {
			return nil, fmt.Errorf("decode logs: %w", err)
		}
		return r.MarshalProto()
	}
	return nil, fmt.Errorf("decode %s: unknown signal", sig)
}

// whyJSON names the place of a syntax error, which pdata doesn't.
func whyJSON(b []byte) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(b, new(json.RawMessage))); ok {
		return &jsonError{syntax.Offset, "syntax error"}
	}
	return &jsonError{-1, "a field has a value of a wrong type or encoding"}
}

// scanJSON bounds the nesting of b and returns an upper estimate of the bytes that
// converting it allocates. It is no parser: b need not be JSON.
func scanJSON(b []byte) (cost int64, err error) {
	cost = jsonTextBytes * int64(len(b))
	var inArray [maxJSONDepth + 1]bool
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = skipString(b, i+1)
		case '{', '[':
			if b[i] == '{' && inArray[depth] {
				cost += jsonObjectBytes
			}
			if depth++; depth > maxJSONDepth {
				return 0, &jsonError{int64(i), "nesting is too deep"}
			}
			inArray[depth] = b[i] == '['
		case '}', ']':
			depth = max(0, depth-1)
		case ',':
			if inArray[depth] {
				cost += jsonScalarBytes
			}
		}
	}
	return cost, nil
}

// skipString returns the index of the quote that ends the string whose content
// begins at i.
func skipString(b []byte, i int) int {
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return i
}
