package receive

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // the client's side

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// The same data reaches the Acceptor as the same bytes, whichever way it comes.
func TestEveryWayGivesTheSameBytes(t *testing.T) {
	h := start(t, nil)
	encoded, text := fixtures(t)
	c := dial(t, h.grpc)
	want := func(t *testing.T, sig otlp.Signal) {
		t.Helper()
		got := h.acceptor.take()
		if len(got) != 1 || got[0].sig != sig || !bytes.Equal(got[0].body, encoded[sig]) {
			t.Errorf("acceptor got %d requests, want one of %s with the bytes of the fixture", len(got), sig)
		}
	}
	for sig := range otlp.Signal(otlp.NumSignals) {
		for _, compressor := range []string{"identity", "gzip", "zstd", "snappy"} {
			t.Run("grpc/"+sig.String()+"/"+compressor, func(t *testing.T) {
				reply, err := call(t.Context(), c, methods[sig], encoded[sig], grpc.UseCompressor(compressor))
				if err != nil || len(reply) != 0 {
					t.Errorf("reply %x, error %v; want an empty response", reply, err)
				}
				want(t, sig)
			})
		}
		all := compressors(t)
		for _, name := range names(all) {
			compress := all[name]
			contentEncoding, _, _ := strings.Cut(name, " ")
			t.Run("http/"+sig.String()+"/"+name, func(t *testing.T) {
				url := "http://" + h.http + "/v1/" + sig.String()
				resp, body := post(t, url, typeProtobuf, contentEncoding, compress(encoded[sig]))
				if resp.StatusCode != 200 || len(body) != 0 || resp.Header.Get("Content-Type") != typeProtobuf {
					t.Errorf("protobuf: %s %q, want 200 and an empty response", resp.Status, body)
				}
				want(t, sig)
				resp, body = post(t, url, typeJSON+"; charset=utf-8", contentEncoding, compress(text[sig]))
				if resp.StatusCode != 200 || string(body) != "{}" || resp.Header.Get("Content-Type") != typeJSON {
					t.Errorf("JSON: %s %q, want 200 and an empty response", resp.Status, body)
				}
				want(t, sig)
			})
		}
	}
}
