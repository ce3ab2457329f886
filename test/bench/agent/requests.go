package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// The shape of the load. A request is the largest batch that SDKs send; the shares
// make about 12 % of the traces worth keeping, 10 % of them by the baseline.
const (
	tracesPerRequest = 64
	spansPerRequest  = tracesPerRequest * spansPerTrace
	templates        = 25 // 1,600 traces, after which all but the ids repeats
	oneInFails       = 100
	oneInIsSlow      = 100
	oneInIsPrivate   = 100 // carries an e-mail address
)

// request is an encoded export request whose trace ids can be set.
type request struct {
	encoded []byte
	ids     [][]int // for each trace, where its id stands
}

// newRequests encodes the load once, so that sending costs next to nothing.
func newRequests() ([]request, error) {
	random := rand.New(rand.NewPCG(1, 2))
	out := make([]request, templates)
	for i := range out {
		export := ptraceotlp.NewExportRequest()
		resource := export.Traces().ResourceSpans().AppendEmpty()
		fillResource(resource.Resource())
		scope := resource.ScopeSpans().AppendEmpty()
		scope.Scope().SetName("opentelemetry.instrumentation.flask")
		scope.Scope().SetVersion("0.66b1")
		var ids [tracesPerRequest]pcommon.TraceID
		for t := range ids {
			n := i*tracesPerRequest + t
			ids[t] = newID(random)
			appendTrace(scope.Spans(), ids[t], kind{
				number: n, fails: n%oneInFails == 7, slow: n%oneInIsSlow == 23, private: n%oneInIsPrivate == 42,
			})
		}
		encoded, err := export.MarshalProto()
		if err != nil {
			return nil, err
		}
		out[i] = request{encoded: encoded, ids: make([][]int, tracesPerRequest)}
		for t, id := range ids {
			if out[i].ids[t] = places(encoded, id[:]); len(out[i].ids[t]) != spansPerTrace {
				return nil, fmt.Errorf("trace %d of request %d: its id stands at %d places, want %d", t, i, len(out[i].ids[t]), spansPerTrace)
			}
		}
	}
	return out, nil
}

// renewed is a copy of the request with trace ids that weren't there before.
func (r request) renewed(random *rand.Rand) []byte {
	encoded := bytes.Clone(r.encoded)
	for _, places := range r.ids {
		id := newID(random)
		for _, at := range places {
			copy(encoded[at:], id[:])
		}
	}
	return encoded
}

func newID(random *rand.Rand) (id pcommon.TraceID) {
	binary.BigEndian.PutUint64(id[:], random.Uint64())
	binary.BigEndian.PutUint64(id[8:], random.Uint64())
	return id
}

// places are the offsets at which part stands in whole.
func places(whole, part []byte) (out []int) {
	for from := 0; ; {
		at := bytes.Index(whole[from:], part)
		if at < 0 {
			return out
		}
		out = append(out, from+at)
		from += at + len(part)
	}
}
