package config

import (
	"os"
	"testing"
)

// Loading is part of the time to the first accepted connection.
func BenchmarkLoad(b *testing.B) {
	data, err := os.ReadFile("../../configs/kubernetes-sidecar.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load(Source{File: "agent.yaml"}, data, allDetectors()); err != nil {
			b.Fatal(err)
		}
	}
}
