package receive

import (
	"fmt"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// retryDelay is what a refused client is told to wait. Python's exporters give a
// batch up after 10 s in all, and at once if told to wait longer than is left.
const retryDelay = time.Second

// retryTrailer is the trailer in which gRPC clients that don't read
// grpc-status-details-bin (Python's exporter) look for a google.rpc.RetryInfo.
const retryTrailer = "google.rpc.retryinfo-bin"

// rejectedMessage explains a partial success.
const rejectedMessage = "items with a missing or invalid id were left out"

// answer is what a client hears about one request, in either protocol.
type answer struct {
	status   *status.Status // nil: accepted
	rejected int            // items left out of an accepted request
	reason   string         // for the metric, empty if accepted
}

func (a answer) code() codes.Code { return a.status.Code() }

// refuse returns a final refusal. Texts are fixed, never quoting the request.
func refuse(code codes.Code, reason, text string) answer {
	return answer{status: status.New(code, text), reason: reason}
}

// malformed returns the answer to a request that isn't OTLP. An *otlp.Error names
// field and offset and holds no input.
func malformed(err *otlp.Error) answer {
	return refuse(codes.InvalidArgument, reasonMalformed, err.Error())
}

func tooLarge(limit int64) answer {
	return refuse(codes.ResourceExhausted, reasonTooLarge, fmt.Sprintf("request is larger than %d bytes, send smaller batches", limit))
}

// answers are the parts of answers that never change.
type answers struct {
	retryInfo string // google.rpc.RetryInfo, encoded, for the trailer
	busy      *status.Status
	fault     *status.Status
}

func newAnswers() (*answers, error) {
	retry := &errdetails.RetryInfo{RetryDelay: durationpb.New(retryDelay)}
	encoded, err := proto.Marshal(retry)
	if err != nil {
		return nil, fmt.Errorf("encode retry info: %w", err)
	}
	a := &answers{retryInfo: string(encoded)}
	for _, s := range []struct {
		to   **status.Status
		text string
	}{
		{&a.busy, "agent has no room for the request now, send it again"},
		{&a.fault, "agent met a fault of its own, send the request again"},
	} {
		if *s.to, err = status.New(codes.Unavailable, s.text).WithDetails(retry); err != nil {
			return nil, fmt.Errorf("add retry info: %w", err)
		}
	}
	return a, nil
}

// again asks the client to send the request once more after retryDelay.
func (a *answers) again(reason string) answer {
	if reason == reasonFault {
		return answer{status: a.fault, reason: reason}
	}
	return answer{status: a.busy, reason: reason}
}

// appendResponse appends the encoded Export…ServiceResponse. All three have the
// same shape: partial_success = 1 {rejected_… = 1, error_message = 2}, unset when
// everything was accepted.
func appendResponse(dst []byte, rejected int) []byte {
	if rejected == 0 {
		return dst
	}
	partial := protowire.AppendTag(nil, 1, protowire.VarintType)
	partial = protowire.AppendVarint(partial, uint64(rejected))
	partial = protowire.AppendTag(partial, 2, protowire.BytesType)
	partial = protowire.AppendString(partial, rejectedMessage)
	dst = protowire.AppendTag(dst, 1, protowire.BytesType)
	return protowire.AppendBytes(dst, partial)
}

// appendJSONResponse is appendResponse in the protobuf JSON mapping, in which a
// 64-bit integer is a string.
func appendJSONResponse(dst []byte, sig otlp.Signal, rejected int) []byte {
	if rejected == 0 {
		return append(dst, "{}"...)
	}
	field := [otlp.NumSignals]string{otlp.Traces: "rejectedSpans", otlp.Metrics: "rejectedDataPoints", otlp.Logs: "rejectedLogRecords"}
	return fmt.Appendf(dst, `{"partialSuccess":{%q:"%d","errorMessage":%q}}`, field[sig], rejected, rejectedMessage)
}
