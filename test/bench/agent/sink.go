package main

import (
	"context"
	"net"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // what both compress with, by default
)

// private is the personal data in the load.
const private = "alice@example.com"

// sink stands for the backend: it takes traces by OTLP/gRPC and counts their spans.
type sink struct {
	ptraceotlp.UnimplementedGRPCServer

	server  *grpc.Server
	address string
	spans   atomic.Int64
	leaked  atomic.Int64 // spans with private in them
}

func startSink() (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{server: grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20)), address: l.Addr().String()}
	ptraceotlp.RegisterGRPCServer(s.server, s)
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

func (s *sink) stop() { s.server.Stop() }

func (s *sink) Export(_ context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	for _, resource := range request.Traces().ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				s.spans.Add(1)
				if query, ok := span.Attributes().Get("url.query"); ok && strings.Contains(query.AsString(), private) {
					s.leaked.Add(1)
				}
			}
		}
	}
	return ptraceotlp.NewExportResponse(), nil
}
