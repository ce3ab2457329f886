package export

import (
	"testing"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
)

// The log may reuse its memory while the transport still holds what it sends.
func TestRawCodec_Copies(t *testing.T) {
	b := []byte("stored")
	out, err := rawCodec{encoding.GetCodecV2(proto.Name)}.Marshal(rawRequest(b))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Free()
	copy(b, "reused")
	if got := string(out.Materialize()); got != "stored" {
		t.Errorf("sends %q", got)
	}
}
