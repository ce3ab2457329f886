package receive

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// A request of the limit passes, one byte more doesn't, in every encoding: it is
// the expanded size that counts.
func TestTooLarge(t *testing.T) {
	h := start(t, nil)
	c := dial(t, h.grpc, insecureWithRoom()...)
	fits, large := make([]byte, testLimit), make([]byte, testLimit+1)
	refused := 0
	for _, compressor := range []string{"identity", "gzip", "zstd", "snappy"} {
		if _, err := call(t.Context(), c, methods[otlp.Traces], fits, grpc.UseCompressor(compressor)); err != nil {
			t.Errorf("gRPC %s: %v for a request of the limit", compressor, err)
		}
		_, err := call(t.Context(), c, methods[otlp.Traces], large, grpc.UseCompressor(compressor))
		if status.Code(err) != codes.ResourceExhausted {
			t.Errorf("gRPC %s: %v, want ResourceExhausted", compressor, err)
		}
		refused++
	}
	all := compressors(t)
	for _, name := range names(all) {
		contentEncoding, _, _ := strings.Cut(name, " ")
		resp, _ := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, contentEncoding, all[name](fits))
		if resp.StatusCode != http.StatusOK {
			t.Errorf("HTTP %s: %s for a request of the limit", name, resp.Status)
		}
		resp, body := post(t, "http://"+h.http+"/v1/traces", typeProtobuf, contentEncoding, all[name](large))
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "larger than 1048576 bytes") {
			t.Errorf("HTTP %s: %s %q, want 400", name, resp.Status, body)
		}
		refused++
	}
	if n := testutil.ToFloat64(h.refused.WithLabelValues("traces", reasonTooLarge)); n != float64(refused) {
		t.Errorf("refused{too_large} is %v, want %d", n, refused)
	}
	if n := len(h.acceptor.take()); n != refused {
		t.Errorf("acceptor got %d requests, want the %d that fit", n, refused)
	}
}

// insecureWithRoom lets a client send what a server should refuse.
func insecureWithRoom() []grpc.DialOption {
	return []grpc.DialOption{plaintext(), grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(256 << 20))}
}

// Ten bytes of zstd that ask for a window of 512 MiB: one RLE block of 100 bytes.
var zstdBomb = []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x98, 0x23, 0x03, 0x00, 'a'}

func TestBrokenCompressionIsMalformed(t *testing.T) {
	h := start(t, nil)
	all := compressors(t)
	good := bytes.Repeat([]byte(canary), 5000)
	for _, name := range names(all) {
		contentEncoding, _, _ := strings.Cut(name, " ")
		if contentEncoding == "" || contentEncoding == "identity" {
			continue
		}
		whole := all[name](good)
		flipped := bytes.Clone(whole)
		for i := 12; i < len(flipped); i++ {
			flipped[i] ^= 0x5a
		}
		for kind, body := range map[string][]byte{"garbage": []byte(canary), "truncated": whole[:len(whole)/2], "flipped": flipped, "empty": {}} {
			resp, answer := post(t, "http://"+h.http+"/v1/logs", typeProtobuf, contentEncoding, body)
			if resp.StatusCode != http.StatusBadRequest && (kind != "empty" || resp.StatusCode != http.StatusOK) {
				t.Errorf("%s %s: %s %q, want 400", kind, name, resp.Status, answer)
			}
			if strings.Contains(string(answer), canary) {
				t.Errorf("%s %s: answer echoes the request", kind, name)
			}
		}
	}
	resp, _ := post(t, "http://"+h.http+"/v1/logs", typeProtobuf, "zstd", zstdBomb)
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("zstd window: %s, want 400", resp.Status)
	}
	for _, name := range []string{"gzip", "zstd", "snappy"} {
		c := dial(t, h.grpc, plaintext(), sendsAs(name))
		for kind, body := range map[string][]byte{"garbage": []byte(canary), "window": zstdBomb} {
			_, err := call(t.Context(), c, methods[otlp.Logs], body)
			if code := status.Code(err); code != codes.Internal {
				t.Errorf("gRPC %s %s: %v, want Internal", kind, name, err)
			}
			if strings.Contains(fmt.Sprint(err), canary) {
				t.Errorf("gRPC %s %s: answer echoes the request", kind, name)
			}
		}
	}
	if strings.Contains(h.log.String(), canary) {
		t.Errorf("canary in the log:\n%s", h.log)
	}
}

// Memory of the library that the lease doesn't see stays small.
func TestZstdWindowIsBounded(t *testing.T) {
	h := start(t, nil)
	c := dial(t, h.grpc, plaintext(), sendsAs("zstd"))
	grown := allocated(func() {
		post(t, "http://"+h.http+"/v1/logs", typeProtobuf, "zstd", zstdBomb)
		_, _ = call(t.Context(), c, methods[otlp.Logs], zstdBomb)
	})
	if grown > 64<<20 {
		t.Errorf("ten bytes allocated %d MiB", grown>>20)
	}
}
