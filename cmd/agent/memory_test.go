package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/internal/config"
)

// Settings that leave too little of limits.memory are refused with figures.
func TestMemoryIsBounded(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		code int
		want []string
	}{
		"the least memory, on defaults": {"limits: {memory: 32MiB}\n", exitOK, nil},
		"storage takes what it may":     {"limits: {memory: 64MiB}\nstorage: {max_bytes: 40MiB}\n", exitOK, nil},
		"storage takes nearly all": {"limits: {memory: 64MiB}\nstorage: {max_bytes: 63MiB}\n", exitUsage,
			[]string{"agent.yaml:2: storage.max_bytes: takes 63MiB of memory, at most 4", "three quarters of limits.memory, which is 64MiB by limits.memory"}},
		"late dropped": {"limits: {memory: 64MiB}\nsample:\n  late: {dropped: 1000000000}\n", exitUsage,
			[]string{"agent.yaml:3: sample.late.dropped: takes 1907.3MiB of memory, at most ", "storage.max_bytes 32MiB"}},
		"late kept":   {"limits: {memory: 64MiB}\nsample:\n  late: {kept: 1000000}\n", exitUsage, []string{"agent.yaml:3: sample.late.kept: takes "}},
		"journal":     {"limits: {memory: 64MiB}\nsample:\n  journal: 1000000\n", exitUsage, []string{"agent.yaml:3: sample.journal: takes "}},
		"series":      {"limits: {memory: 64MiB}\nspan_metrics: {max_series: 100000}\n", exitUsage, []string{"agent.yaml:2: span_metrics.max_series: takes 97.7MiB"}},
		"series, off": {"limits: {memory: 64MiB}\nspan_metrics: {enabled: false, max_series: 100000}\n", exitOK, nil},
	} {
		for _, command := range []string{"validate", "run"} {
			if tc.code == exitOK && command == "run" {
				continue // it would run
			}
			var out bytes.Buffer
			code := dispatch(t.Context(), []string{command, "--config", writeFile(t, tc.text)}, environment{in: strings.NewReader(""), out: &out, err: &out})
			if code != tc.code {
				t.Errorf("%s: %s exits with %d, want %d:\n%s", name, command, code, tc.code, out.String())
			}
			for _, w := range tc.want {
				contains(t, name+": "+command, out.String(), w)
			}
		}
	}
}

// Requests under way never get what is taken for good, and leave as much as they get
// to the scrape page and the process.
func TestLeasesFitBesideWhatWaits(t *testing.T) {
	for _, memory := range []int64{32 << 20, 64 << 20, 1 << 30} {
		for _, storage := range []int64{memory / 2, memory / 4, 1 << 20} {
			a := &agent{cfg: config.Default(), resolved: config.Resolved{Memory: memory, Storage: storage}}
			if err := a.checkMemory(); err != nil {
				t.Fatal(err)
			}
			lease := a.leaseBytes()
			sum := a.indexBytes() + 2*lease
			for _, p := range a.memoryParts() {
				sum += p.bytes
			}
			if lease < memory/32 || sum > memory {
				t.Errorf("storage %s of %s: %s are given away, %s of them to requests", sizeText(storage), sizeText(memory), sizeText(sum), sizeText(lease))
			}
		}
	}
}

// Bounds beyond the logs' size are warned of, the defaults are not.
func TestBoundsWithoutEffect(t *testing.T) {
	for text, want := range map[string]string{
		"limits: {memory: 32MiB}\nexport: {jaeger: {endpoint: 'j:1'}}\n":                            "",
		"limits: {memory: 64MiB}\nexport: {jaeger: {endpoint: 'j:1', max_bytes: 100MiB}}\n":         "agent.yaml:2: export.jaeger.max_bytes: has no effect: all destinations together have 16MiB",
		"limits: {memory: 64MiB}\nexport: {jaeger: {endpoint: 'j:1', max_bytes: 10MiB}}\n":          "",
		"limits: {memory: 64MiB}\nsample: {max_fragment: {bytes: 17MiB}}\n":                         "agent.yaml:2: sample.max_fragment.bytes: has no effect: all traces together have 16MiB",
		"limits: {memory: 32MiB}\nreceive: {protocols: {http: {max_request_body_size: 3000000}}}\n": "agent.yaml:2: receive.protocols.http.max_request_body_size: is cut to 2097152 bytes",
	} {
		var out bytes.Buffer
		code := dispatch(t.Context(), []string{"validate", "--config", writeFile(t, text)}, environment{in: strings.NewReader(""), out: &out, err: &out})
		if code != exitOK || !strings.Contains(out.String(), want) || want == "" && strings.Contains(out.String(), "warning") {
			t.Errorf("%s: exit code %d, want a warning of %q:\n%s", text, code, want, out.String())
		}
	}
}
