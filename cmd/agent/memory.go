package main

import (
	"fmt"
	"strings"

	"github.com/drl-trading/telemetry-agent/internal/config"
	"github.com/drl-trading/telemetry-agent/internal/sample"
)

// What limits.memory is shared into.
const (
	// waitingShare of it, in quarters, may be taken for good by what waits and what
	// is remembered. Of the rest the index over what waits takes its part; a half of
	// what is left then is for requests under way, a half for the scrape page and the
	// process itself.
	waitingShare = 3
	// leaseShare bounds what requests under way may use.
	leaseShare = 4
	// pageShare bounds the names, labels and buckets that the scrape page holds of what
	// services send. As objects they take about twice that; exemplars half more.
	pageShare = 16
	// seriesBytes is about what a series of the span metrics takes: its key and
	// attributes of some 100 bytes each, 17 buckets and their exemplars.
	seriesBytes = 1 << 10
)

// memoryPart is memory that one setting takes once it is full, in bytes.
type memoryPart struct {
	path  string
	bytes int64
}

// memoryParts are the settings that decide how much memory is taken for good.
func (a *agent) memoryParts() []memoryPart {
	journal, kept, dropped := sample.Remembered(sampleOptions(a.cfg.Sample))
	parts := []memoryPart{
		{"sample.journal", journal},
		{"sample.late.kept", kept},
		{"sample.late.dropped", dropped},
	}
	if a.cfg.SpanMetrics.Enabled {
		parts = append(parts, memoryPart{"span_metrics.max_series", int64(a.cfg.SpanMetrics.MaxSeries) * seriesBytes})
	}
	if !a.durable() {
		parts = append(parts, memoryPart{"storage.max_bytes", a.resolved.Storage})
	}
	return parts
}

// checkMemory refuses settings that leave too little for requests under way and
// the process itself. The largest of those that the user chose is to blame.
func (a *agent) checkMemory() error {
	var sum int64
	var blame memoryPart
	var each []string
	for _, p := range a.memoryParts() {
		sum += p.bytes
		each = append(each, p.path+" "+sizeText(p.bytes))
		automatic := p.path == "storage.max_bytes" && a.cfg.Storage.MaxBytes == config.Auto
		if p.bytes > blame.bytes && !automatic {
			blame = p
		}
	}
	room := a.resolved.Memory / 4 * waitingShare
	if sum <= room {
		return nil
	}
	section, key, _ := strings.Cut(blame.path, ".")
	return a.cfg.Locate(section, &pathError{key, fmt.Errorf(
		"takes %s of memory, at most %s fit: what waits and what is remembered (%s) must fit into three quarters of limits.memory, which is %s by %s",
		sizeText(blame.bytes), sizeText(max(0, blame.bytes-(sum-room))), strings.Join(each, ", "), sizeText(a.resolved.Memory), a.resolved.MemorySource)})
}

// memoryWarnings are of bounds that somebody set and the logs' own size makes
// void.
func (a *agent) memoryWarnings() (out []string) {
	usual := config.Default()
	for _, b := range backends(a.cfg) {
		if room := a.deliveryPool.Max(); b.maxBytes > room && b.maxBytes != int64(usual.Export.Jaeger.MaxBytes) {
			err := fmt.Errorf("has no effect: all destinations together have %s, half of storage.max_bytes", sizeText(room))
			out = append(out, a.cfg.Locate("export", &pathError{b.Path + ".max_bytes", err}).Error())
		}
	}
	most := a.cfg.Sample.MaxFragment.Bytes
	if room := a.holdPool.Max(); int64(most) > room && most != usual.Sample.MaxFragment.Bytes {
		err := fmt.Errorf("has no effect: all traces together have %s, half of storage.max_bytes", sizeText(room))
		out = append(out, a.cfg.Locate("sample", &pathError{"max_fragment.bytes", err}).Error())
	}
	return out
}

// leaseBytes is what requests under way may use.
func (a *agent) leaseBytes() int64 {
	left := a.resolved.Memory - a.indexBytes()
	for _, p := range a.memoryParts() {
		left -= p.bytes
	}
	return min(a.resolved.Memory/leaseShare, left/2)
}

// indexBytes bounds the index over the hold log, which has half of the storage.
func (a *agent) indexBytes() int64 { return sample.MostIndex(a.resolved.Storage / 2) }

// sizeText shows bytes to people.
func sizeText(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.0fKiB", float64(n)/(1<<10))
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/(1<<20)), ".0") + "MiB"
}
