//go:build oracle

package filter

import (
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// How many texts of each label a generator makes.
const (
	oraclePositives = 4_000
	oracleNegatives = 8_000
)

// TestOracle measures the default detectors on texts that Faker, mimesis, schwifty,
// phonenumbers, python-stdnum and rstr make, other ones in each run: ORACLE_SEED
// repeats one.
func TestOracle(t *testing.T) {
	seed := os.Getenv("ORACLE_SEED")
	if seed == "" {
		seed = strconv.FormatInt(time.Now().UnixNano()%1_000_000, 10)
	}
	t.Logf("ORACLE_SEED=%s", seed)
	for _, script := range []string{"generate.py", "other.py", "observability.py", "forms.py", "sentences.py"} {
		t.Run(script, func(t *testing.T) {
			measure(t, generated(t, script, seed))
		})
	}
}

// generated runs a generator with the libraries that it needs.
func generated(t *testing.T, script, seed string) []sample {
	t.Helper()
	cmd := exec.Command("uv", "run", "--no-project", "--with-requirements", "testdata/oracle/requirements.lock",
		"testdata/oracle/"+script, seed, strconv.Itoa(oraclePositives), strconv.Itoa(oracleNegatives))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run %s: %v", script, err)
	}
	return decodeSamples(t, out)
}
