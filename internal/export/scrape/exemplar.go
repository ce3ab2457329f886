package scrape

import (
	"encoding/hex"
	"math"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// maxExemplars bounds the exemplars that one series holds, of each kind: those
// that wait and those that are shown.
const maxExemplars = 32

// exemplarBytes is what an exemplar takes.
const exemplarBytes = 72

// forgetAfter is how often the time of a verdict may pass before its exemplar is
// taken for one of a dropped trace.
const forgetAfter = 4

// exemplar is an observation that points to its trace.
type exemplar struct {
	trace  [16]byte
	span   [8]byte
	time   uint64 // nanoseconds since the Unix epoch
	value  float64
	bucket int       // the part of the value that it stands for
	came   time.Time // when it was folded
}

// exemplars are those of one series. The ones that a service sent wait until
// their trace is known to be kept; one without a trace id leads nowhere and isn't
// taken.
type exemplars struct {
	waiting []exemplar
	shown   []exemplar // of kept traces, one for each bucket, the newest last
}

// offering is how exemplars are offered.
type offering struct {
	now     time.Time
	wait    time.Duration // how long a verdict may take
	trusted bool          // the traces are kept
	full    bool          // the page holds as many as it may
}

func (x *exemplars) len() int { return len(x.waiting) + len(x.shown) }

// offer takes the exemplars of a point with value v. Trusted ones replace what is
// shown.
func (x *exemplars) offer(list pmetric.ExemplarSlice, v value, o offering) {
	if o.trusted {
		x.shown = x.shown[:0]
	}
	for _, from := range list.All() {
		e := exemplar{
			trace: from.TraceID(), span: from.SpanID(), time: uint64(from.Timestamp()), value: from.DoubleValue(), came: o.now,
		}
		if from.ValueType() == pmetric.ExemplarValueTypeInt {
			e.value = float64(from.IntValue())
		}
		if e.trace == [16]byte{} || math.IsNaN(e.value) || math.IsInf(e.value, 0) {
			continue
		}
		e.bucket = v.bucket(e.value)
		if o.trusted {
			x.show(e)
		} else {
			x.wait(e, o)
		}
	}
}

// wait adds a candidate. If there is no room it takes the place of the oldest
// that had its time; if there is none either, it isn't taken.
func (x *exemplars) wait(e exemplar, o offering) {
	same := func(o exemplar) bool { return o.trace == e.trace && o.span == e.span && o.bucket == e.bucket }
	if slices.ContainsFunc(x.waiting, same) {
		return
	}
	if o.full || len(x.waiting) >= maxExemplars {
		if len(x.waiting) == 0 || o.now.Sub(x.waiting[0].came) < o.wait {
			return
		}
		x.waiting = slices.Delete(x.waiting, 0, 1)
	}
	x.waiting = append(x.waiting, e)
}

// show adds an exemplar in the place of the one for the same bucket.
func (x *exemplars) show(e exemplar) {
	x.shown = slices.DeleteFunc(x.shown, func(o exemplar) bool { return o.bucket == e.bucket })
	if len(x.shown) >= maxExemplars {
		x.shown = slices.Delete(x.shown, 0, 1)
	}
	x.shown = append(x.shown, e)
}

// settle shows those whose trace is kept, and forgets the others that came before
// a time.
func (x *exemplars) settle(kept map[[16]byte]bool, before time.Time) {
	x.waiting = slices.DeleteFunc(x.waiting, func(e exemplar) bool {
		if !kept[e.trace] {
			return e.came.Before(before)
		}
		x.show(e)
		return true
	})
}

// dto returns the exemplar under the label names that OpenTelemetry's
// specification of Prometheus compatibility gives.
func (e *exemplar) dto() *dto.Exemplar {
	return &dto.Exemplar{
		Label: []*dto.LabelPair{
			{Name: new("span_id"), Value: new(hex.EncodeToString(e.span[:]))},
			{Name: new("trace_id"), Value: new(hex.EncodeToString(e.trace[:]))},
		},
		Value:     new(e.value),
		Timestamp: timestamp(e.time),
	}
}

// timestamp returns nil for an unknown time.
func timestamp(nanoseconds uint64) *timestamppb.Timestamp {
	if nanoseconds == 0 {
		return nil
	}
	return &timestamppb.Timestamp{Seconds: int64(nanoseconds / 1e9), Nanos: int32(nanoseconds % 1e9)}
}
