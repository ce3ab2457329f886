package receive

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"go.opentelemetry.io/collector/receiver/otlpreceiver"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

const (
	typeProtobuf = "application/x-protobuf"
	typeJSON     = "application/json"
)

// httpServer is the handler that replaces otlpreceiver's. Listening, TLS, CORS
// and authentication are confighttp's.
type httpServer struct {
	front   *front
	signals map[string]otlp.Signal // by URL path
	paths   string                 // of them, for clients
	body    *bodyReader
}

// newHTTPServer takes the content encodings over from h: see newDecoders.
func newHTTPServer(h *otlpreceiver.HTTPConfig, f *front) (*httpServer, error) {
	d, err := newDecoders(h.ServerConfig.CompressionAlgorithms)
	if err != nil {
		return nil, &ConfigError{Path: "protocols.http.compression_algorithms", Err: err}
	}
	h.ServerConfig.CompressionAlgorithms = []string{} // nil would mean all
	limit := h.ServerConfig.MaxRequestBodySize
	h.ServerConfig.MaxRequestBodySize = max(limit, drainLimit) // the lower limit is kept here
	return &httpServer{
		front: f,
		paths: fmt.Sprintf("%s, %s or %s", h.TracesURLPath, h.MetricsURLPath, h.LogsURLPath),
		signals: map[string]otlp.Signal{
			string(h.TracesURLPath):  otlp.Traces,
			string(h.MetricsURLPath): otlp.Metrics,
			string(h.LogsURLPath):    otlp.Logs,
		},
		body: &bodyReader{decoders: d, limit: limit},
	}, nil
}

// drainLimit is how much of a refused body is read and thrown away. A client that
// is still sending when the connection closes sees a reset instead of the answer,
// and tries again. 64 MiB is the most that Python's exporters send.
const drainLimit = 64 << 20

func drain(r *http.Request) {
	if r.Header.Get("Expect") == "" { // else the client waits for a word before it sends
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, drainLimit)) // the client is gone
	}
}

// ServeHTTP implements http.Handler.
func (s *httpServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		mediaType = ""
	}
	protocol := protocolJSON
	if mediaType == typeProtobuf {
		protocol = protocolProtobuf
	}
	sig, known := s.signals[r.URL.Path]
	if refusal, code := s.unsupported(w, r, known, mediaType); code != 0 {
		signal := noSignal
		if known {
			signal = sig.String()
		}
		s.front.metrics.refused.WithLabelValues(signal, reasonUnsupported).Inc()
		drain(r)
		s.write(w, protocol, sig, refusal, code)
		return
	}
	a := s.front.guard(protocol, func() answer { return s.receive(r, sig, protocol) })
	s.front.count(sig.String(), protocol, a)
	if a.status != nil {
		drain(r)
	}
	s.write(w, protocol, sig, a, httpStatus(a))
}

// unsupported returns the refusal of a request that isn't OTLP by its path,
// method or headers, and its HTTP status; 0 if it is.
func (s *httpServer) unsupported(w http.ResponseWriter, r *http.Request, known bool, mediaType string) (answer, int) {
	refuse := func(text string) answer { return refuse(codes.Unimplemented, reasonUnsupported, text) }
	if !known {
		return refuse("path is not served here, send OTLP to " + s.paths), http.StatusNotFound
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return refuse("method is not allowed, use POST"), http.StatusMethodNotAllowed
	}
	if mediaType != typeProtobuf && mediaType != typeJSON {
		return refuse("content type is not supported, use " + typeProtobuf + " or " + typeJSON), http.StatusUnsupportedMediaType
	}
	if _, ok := s.body.decoders[contentEncoding(r)]; !ok {
		return refuse("content encoding is not supported, use gzip, zstd or none"), http.StatusUnsupportedMediaType
	}
	return answer{}, 0
}

// receive reads one request under a lease and has it accepted.
func (s *httpServer) receive(r *http.Request, sig otlp.Signal, protocol string) answer {
	ctx := r.Context()
	l := &lease{admission: s.front.admission}
	defer l.release()
	b, err := s.read(r, l)
	if err != nil {
		return s.unread(err)
	}
	defer s.body.recycle(b)
	if protocol == protocolProtobuf {
		if err := l.toWork(ctx, workCopies*int64(len(b))); err != nil {
			return s.unread(err)
		}
		return s.front.accept(ctx, sig, protocol, b)
	}
	encoded, err := s.convert(ctx, sig, b, l)
	if err != nil {
		return s.unread(err)
	}
	return s.front.accept(ctx, sig, protocol, encoded)
}

// read reads the body under a lease of the most that it can take.
func (s *httpServer) read(r *http.Request, l *lease) ([]byte, error) {
	n, err := s.body.size(r)
	if err != nil {
		return nil, err
	}
	if err := l.toRead(r.Context(), n); err != nil {
		return nil, err
	}
	b, err := s.body.read(r)
	if err == nil {
		l.hasRead(len(b))
	}
	return b, err
}

// unread is the answer to a body that could not be read or converted.
func (s *httpServer) unread(err error) answer {
	if errors.Is(err, errTooLarge) {
		return tooLarge(s.body.limit)
	}
	if _, ok := errors.AsType[*malformedBody](err); ok {
		return refuse(codes.InvalidArgument, reasonMalformed, "body does not match its content encoding")
	}
	if bad, ok := errors.AsType[*jsonError](err); ok {
		return refuse(codes.InvalidArgument, reasonMalformed, bad.Error())
	}
	if _, ok := errors.AsType[*busyError](err); ok {
		return s.front.refusal(err)
	}
	return refuse(codes.Canceled, reasonAborted, "body was not sent in time")
}

// httpStatus maps an answer to the status that OTLP/HTTP asks for. A request that
// is too large is final, like one that is malformed.
func httpStatus(a answer) int {
	switch a.code() {
	case codes.OK:
		return http.StatusOK
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// write sends an answer in the content type of the request: a response message,
// or a google.rpc.Status (OTLP specification, "OTLP/HTTP Response"). JSON is also
// for those who sent neither.
func (s *httpServer) write(w http.ResponseWriter, protocol string, sig otlp.Signal, a answer, code int) {
	var b []byte
	switch {
	case a.status == nil && protocol == protocolProtobuf:
		b = appendResponse(nil, a.rejected)
	case a.status == nil:
		b = appendJSONResponse(nil, sig, a.rejected)
	default:
		b = encodeStatus(protocol, a.status.Proto())
	}
	if protocol == protocolProtobuf {
		w.Header().Set("Content-Type", typeProtobuf)
	} else {
		w.Header().Set("Content-Type", typeJSON)
	}
	if code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(retryDelay/time.Second)))
	}
	w.WriteHeader(code)
	_, _ = w.Write(b) // the client is gone
}

// encodeStatus encodes a status made of fixed texts; it can't fail.
func encodeStatus(protocol string, st *spb.Status) []byte {
	marshal := proto.Marshal
	if protocol == protocolJSON {
		marshal = protojson.Marshal
	}
	b, err := marshal(st)
	if err != nil {
		panic(fmt.Sprintf("encode status: %v", err))
	}
	return b
}
