package memory

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"golang.org/x/sync/errgroup"

	"github.com/drl-trading/telemetry-agent/test/integration/stack"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

const (
	smallMemory = 64 << 20
	adminToken  = "0123456789abcdef0123456789abcdef"
)

func smallConfig(sinkPort string) string {
	return fmt.Sprintf(`
receive: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}
sample:
  hold: 30s
  rules:
    - {name: errors, when: {status: error}, keep: always}
    - {name: baseline, ratio: 0.1}
export:
  jaeger: {endpoint: "sink:%s", tls: {insecure: true}}
  prometheus: {scrape: {endpoint: "0.0.0.0:9464"}}
admin:
  endpoint: 0.0.0.0:8887
  auth: {bearer_token_file: /token}
  metrics: {endpoint: 0.0.0.0:8888}
`, sinkPort)
}

// smallAgent is an agent in a container with little memory.
type smallAgent struct {
	testcontainers.Container
	otlp, admin, metrics string
}

func startSmallAgent(t *testing.T, config string) *smallAgent {
	t.Helper()
	if err := stack.AdaptToEngine(); err != nil {
		t.Fatal(err)
	}
	file := func(path, content string) testcontainers.ContainerFile {
		return testcontainers.ContainerFile{Reader: strings.NewReader(content), ContainerFilePath: path, FileMode: 0o444}
	}
	c, err := testcontainers.Run(t.Context(), "telemetry-agent:dev",
		testcontainers.WithFiles(file("/agent.yaml", config), file("/token", adminToken)),
		testcontainers.WithCmd("run", "--config", "/agent.yaml"),
		testcontainers.WithExposedPorts("4317/tcp", "8887/tcp", "8888/tcp"),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			h.Memory, h.MemorySwap = smallMemory, smallMemory
			h.ExtraHosts = []string{"sink:host-gateway"}
		}),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort("8888/tcp").WithStartupTimeout(30*time.Second)),
	)
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		t.Fatal(err)
	}
	a := &smallAgent{Container: c}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("agent's log:\n%s", a.log())
		}
	})
	for port, to := range map[string]*string{"4317": &a.otlp, "8887": &a.admin, "8888": &a.metrics} {
		if *to, err = c.PortEndpoint(t.Context(), port+"/tcp", ""); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func (a *smallAgent) log() string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := a.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	b, _ := io.ReadAll(r)
	return string(b)
}

// metric adds up the series of a metric of the agent that have all of the labels.
func (a *smallAgent) metric(t *testing.T, name string, labels ...string) (sum float64) {
	t.Helper()
	for line := range strings.Lines(a.get(t, "http://"+a.metrics+"/metrics")) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		of, rest, _ := strings.Cut(series, "{")
		if of != name || slices.ContainsFunc(labels, func(l string) bool { return !strings.Contains(rest, l) }) {
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		sum += v
	}
	return sum
}

// awaitErrors waits until the traces, of two spans each, are at their destination.
func (a *smallAgent) awaitErrors(t *testing.T, sink *traceSink, errors []pcommon.TraceID) {
	t.Helper()
	stacktest.EventuallyElse(t, func() string {
		return fmt.Sprintf("every trace with an error at its destination: of %d, by spans that came: %v; lost: %s", len(errors), sink.tally(errors), a.lost(t))
	}, func() bool {
		return sink.tally(errors)[2] == len(errors)
	})
}

// checkLedger: every span that was accepted is at its destination or counted.
func (a *smallAgent) checkLedger(t *testing.T, c *traceClient, sink *traceSink) {
	t.Helper()
	of := func(what string) float64 {
		return a.metric(t, "agent_ledger_"+what, `signal="traces"`, `destination="jaeger"`)
	}
	stacktest.Eventually(t, "all spans in the ledger", func() bool {
		return of("received_items_total") == float64(c.spans.Load())
	})
	stacktest.Eventually(t, "every span delivered, sampled out or lost", func() bool { return of("pending_items") == 0 })
	if v := a.metric(t, "agent_unaccounted_items"); v != 0 {
		t.Errorf("%v items are unaccounted", v)
	}
	if n, delivered := sink.total(), of("delivered_items_total"); float64(n) != delivered {
		t.Errorf("%d spans came to the destination, the agent counts %v", n, delivered)
	}
}

// lost is what the ledger counts as lost, by its series.
func (a *smallAgent) lost(t *testing.T) string {
	t.Helper()
	var lost []string
	for line := range strings.Lines(a.get(t, "http://"+a.metrics+"/metrics")) {
		if strings.HasPrefix(line, "agent_ledger_lost_items_total{") && !strings.HasSuffix(line, " 0\n") {
			lost = append(lost, strings.TrimSpace(line))
		}
	}
	return strings.Join(lost, ", ")
}

type decision struct {
	TraceID string `json:"trace_id"`
}

// ask gets an answer of the admin endpoint.
func (a *smallAgent) ask(t *testing.T, path string, to any) {
	t.Helper()
	answer := a.get(t, "http://"+a.admin+path)
	if err := json.Unmarshal([]byte(answer), to); err != nil {
		t.Fatalf("%s: %v: %.300s", path, err, answer)
	}
}

func (a *smallAgent) get(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	return stacktest.Answer(t, req)
}

// TestSmallMemory gives an agent of 64 MiB more than it can hold: one trace of
// 200,000 spans, 20,000 spans a second that wait for a root that doesn't come, and
// large requests at once. It isn't killed, every trace with an error arrives, and
// what it has to drop are the traces that every agent would drop first.
func TestSmallMemory(t *testing.T) {
	t.Parallel()
	sink := newTraceSink(t)
	a := startSmallAgent(t, smallConfig(sink.port))
	c := newTraceClient(t, a.otlp)

	errors := sendGiant(t, c, dropped)
	a.logMemory(t, "after the giant trace")
	errors = append(errors, flood(t, c, 20*time.Second)...)
	a.logMemory(t, "after the flood")
	for range 20 {
		burst(t, c)
		if a.metric(t, "agent_sample_pressure_steps_total", `step="refuse"`) > 0 {
			break
		}
	}
	a.logMemory(t, "after the bursts")
	t.Logf("accepted %d spans, %d requests were refused", c.spans.Load(), c.refused.Load())

	for _, step := range []string{"no_grace", "decide", "evict", "refuse"} {
		n := a.metric(t, "agent_sample_pressure_steps_total", fmt.Sprintf("step=%q", step))
		t.Logf("step %s: %v", step, n)
		if n == 0 {
			t.Errorf("the step %s was never taken", step)
		}
	}
	a.checkEvictions(t)
	a.awaitErrors(t, sink, errors)
	a.checkLedger(t, c, sink)
	a.checkAlive(t)
}

// What each byte of a trace's randomness is, so that the baseline drops it or keeps it.
const (
	dropped = 0x00
	kept    = 0xff
)

// TestKeptGiant: a trace of 200,000 spans that the baseline keeps comes faster than
// its destination takes it. What its queue can't hold is counted, and the traces
// after it arrive whole.
func TestKeptGiant(t *testing.T) {
	t.Parallel()
	sink := newTraceSink(t)
	a := startSmallAgent(t, smallConfig(sink.port))
	c := newTraceClient(t, a.otlp)

	sendGiant(t, c, kept)
	a.logMemory(t, "after the giant trace")
	a.checkLedger(t, c, sink)
	t.Logf("%d spans came; lost: %s", sink.total(), a.lost(t))

	var errors []pcommon.TraceID
	for range 20 {
		b := newBatch()
		errors = append(errors, b.whole(true))
		if err := c.send(t.Context(), b.traces); err != nil {
			t.Fatal(err)
		}
	}
	a.awaitErrors(t, sink, errors)
	a.checkAlive(t)
}

// sendGiant sends a trace of 200,000 spans, whose randomness is this byte over and
// over, and small ones among them, of which it returns those with an error.
func sendGiant(t *testing.T, c *traceClient, randomness byte) (errors []pcommon.TraceID) {
	t.Helper()
	giant, root := newTraceID(), newSpanID()
	copy(giant[9:], bytes.Repeat([]byte{randomness}, 7))
	for range 400 {
		b := newBatch()
		for range 500 {
			b.add(giant, newSpanID(), root)
		}
		errors = append(errors, b.whole(true))
		b.whole(false)
		if err := c.send(t.Context(), b.traces); err != nil {
			t.Fatal(err)
		}
	}
	return errors
}

// flood sends 20,000 spans a second in requests of 500, nearly all of which wait
// for a root, and returns the traces with an error.
func flood(t *testing.T, c *traceClient, d time.Duration) (errors []pcommon.TraceID) {
	t.Helper()
	const rate, perRequest, perTrace = 20_000, 500, 8
	tick := time.NewTicker(time.Second * perRequest / rate)
	defer tick.Stop()
	start := time.Now()
	sent := 0
	for end := start.Add(d); time.Now().Before(end); <-tick.C {
		b := newBatch()
		errors = append(errors, b.whole(true))
		for b.whole(false); b.spans.Len() < perRequest; {
			b.open(perTrace)
		}
		if err := c.send(t.Context(), b.traces); err != nil {
			t.Fatal(err)
		}
		sent += b.spans.Len()
	}
	t.Logf("flood: %.0f spans a second", float64(sent)/time.Since(start).Seconds())
	return errors
}

// burst sends large requests at once.
func burst(t *testing.T, c *traceClient) {
	t.Helper()
	var all errgroup.Group
	for range 16 {
		all.Go(func() error {
			for range 2 {
				b := newBatch()
				for b.spans.Len() < 6000 {
					b.open(8)
				}
				if err := c.send(t.Context(), b.traces); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}

// checkEvictions: what was evicted together went in ascending randomness, so that
// the journal's order falls only where another round begins.
func (a *smallAgent) checkEvictions(t *testing.T) {
	t.Helper()
	if a.metric(t, "agent_ledger_lost_items_total", `reason="pressure"`) == 0 {
		t.Error("no evicted span is counted as lost")
	}
	var answer struct{ Decisions []decision }
	a.ask(t, "/decisions?verdict=evicted&n=1000", &answer)
	evicted := answer.Decisions
	slices.Reverse(evicted) // the newest came first
	falls := 0
	for i := 1; i < len(evicted); i++ {
		if randomnessOf(t, evicted[i].TraceID) < randomnessOf(t, evicted[i-1].TraceID) {
			falls++
		}
	}
	t.Logf("%d evictions, in %d rounds", len(evicted), falls+1)
	if len(evicted) < 100 || falls > len(evicted)/8 { // in random order half of them would be
		t.Errorf("of %d evicted traces %d had a lower randomness than the one before", len(evicted), falls)
	}
}

// randomnessOf is the last 56 bits of a trace id.
func randomnessOf(t *testing.T, traceID string) string {
	t.Helper()
	if b, err := hex.DecodeString(traceID); err != nil || len(b) != 16 {
		t.Fatalf("trace id %q", traceID)
	}
	return traceID[18:]
}

// checkAlive: the container was never killed.
func (a *smallAgent) checkAlive(t *testing.T) {
	t.Helper()
	c, err := a.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.State.OOMKilled || !c.State.Running || c.RestartCount != 0 {
		t.Errorf("the container was killed for its memory: %v, runs: %v, restarts: %d", c.State.OOMKilled, c.State.Running, c.RestartCount)
	}
}

// logMemory writes down what the container and its process take.
func (a *smallAgent) logMemory(t *testing.T, when string) {
	t.Helper()
	docker, err := testcontainers.NewDockerClientWithOpts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer docker.Close()
	answer, err := docker.ContainerStats(t.Context(), a.GetContainerID(), client.ContainerStatsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var stats container.StatsResponse
	if err := json.NewDecoder(answer.Body).Decode(&stats); err != nil {
		t.Fatal(err)
	}
	const mib = 1 << 20
	m := stats.MemoryStats
	t.Logf("%s: container %d MiB of %d, at most %d, failed %d times, of it not file cache %d; process resident %.1f MiB, heap %.1f MiB", when,
		m.Usage/mib, m.Limit/mib, m.MaxUsage/mib, m.Failcnt, (m.Stats["rss"]+m.Stats["anon"])/mib,
		a.metric(t, "process_resident_memory_bytes")/mib, a.metric(t, "go_memstats_heap_inuse_bytes")/mib)
}
