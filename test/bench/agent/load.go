package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// workers is how many requests may be under way, as from several SDKs.
const workers = 4

const exportMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

// load sends requests at a fixed rate until its context ends.
type load struct {
	client   *grpc.ClientConn
	requests []request
	sent     atomic.Int64 // spans that were answered OK
	failed   atomic.Int64 // requests that weren't
	late     atomic.Int64 // requests that no worker was free for
	failure  atomic.Pointer[error]
}

func newLoad(address string, requests []request) (*load, error) {
	client, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(encodedCodec{})))
	if err != nil {
		return nil, err
	}
	return &load{client: client, requests: requests}, nil
}

// run returns once the context has ended and all workers with it. The same seed
// gives the same trace ids.
func (l *load) run(ctx context.Context, rate int, seed uint64) {
	next := make(chan []byte)
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for encoded := range next {
				l.send(encoded)
			}
		})
	}
	random := rand.New(rand.NewPCG(seed, 3))
	ticker := time.NewTicker(time.Second * spansPerRequest / time.Duration(rate))
	defer ticker.Stop()
	for i := 0; ; i++ {
		encoded := l.requests[i%len(l.requests)].renewed(random)
		select {
		case <-ctx.Done():
			close(next)
			done.Wait()
			return
		case <-ticker.C:
		}
		select {
		case next <- encoded:
		default:
			l.late.Add(1)
		}
	}
}

func (l *load) send(encoded []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var answer []byte
	if err := l.client.Invoke(ctx, exportMethod, encoded, &answer); err != nil {
		l.failed.Add(1)
		l.failure.CompareAndSwap(nil, &err)
		return
	}
	l.sent.Add(spansPerRequest)
}

// check says what went wrong, as a measurement under refusals is none.
func (l *load) check() error {
	if err := l.failure.Load(); err != nil {
		return fmt.Errorf("%d requests failed, the first: %w", l.failed.Load(), *err)
	}
	return nil
}

// encodedCodec passes messages that are encoded already.
type encodedCodec struct{}

func (encodedCodec) Name() string { return "proto" }

func (encodedCodec) Marshal(v any) ([]byte, error) {
	b, ok := v.([]byte)
	if !ok {
		return nil, fmt.Errorf("encode %T: want bytes", v)
	}
	return b, nil
}

func (encodedCodec) Unmarshal(data []byte, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("decode into %T: want bytes", v)
	}
	*b = data
	return nil
}
