package integration

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/sink"
	"github.com/drl-trading/telemetry-agent/test/integration/stacktest"
)

// TestLostAnswers lets the Python SDK send each request twice, because the answer to
// the first is lost, the second time after the verdict on its traces: every trace that
// the ratio keeps arrives once, and the span metrics count each span once.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	destination := sink.New(t)
	r := up(t, strings.Replace(agentConfig(destination.Port), "signals: [logs]", "signals: [logs, traces]", 1), "")
	script, err := os.ReadFile("testdata/retry.py")
	if err != nil {
		t.Fatal(err)
	}
	var traces []string
	if err := json.Unmarshal([]byte(r.python(t, string(script), "1000")), &traces); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, id := range traces {
		if randomness(t, id) >= threshold(ratio) {
			want[id] = 1
		}
	}
	stacktest.Eventually(t, "every trace that the ratio keeps", func() bool {
		text, _ := destination.Traces()
		return len(spansNamed(t, text, "sent twice")) >= len(want)
	})
	text, _ := destination.Traces()
	for _, s := range spansNamed(t, text, "sent twice") {
		want[s.TraceID().String()]--
	}
	for id, missing := range want {
		if missing != 0 {
			t.Errorf("trace %s arrived %d times", id, 1-missing)
		}
	}
	own, page := r.inPod(t, "http://127.0.0.1:8888/metrics"), r.inPod(t, "http://127.0.0.1:9464/metrics")
	for metric, in := range map[string]string{
		"agent_sample_duplicate_spans_total 1000\n": own, "agent_sample_late_spans_total 0\n": own,
		`span_name="sent twice",status_code="STATUS_CODE_UNSET"} 1000` + "\n": page,
	} {
		if !strings.Contains(in, metric) {
			t.Errorf("no metric %s in\n%s", metric, in)
		}
	}
}
