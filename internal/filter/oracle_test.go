//go:build oracle

package filter

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// oracleSize is how many texts of each label the libraries make.
const (
	oraclePositives = 10_000
	oracleNegatives = 20_000
)

// TestOracle measures the default detectors on texts that Faker, schwifty,
// phonenumbers and python-stdnum make. ORACLE_SEED chooses others.
func TestOracle(t *testing.T) {
	seed := os.Getenv("ORACLE_SEED")
	if seed == "" {
		seed = "1"
	}
	cmd := exec.Command("uv", "run", "--no-project", "--with-requirements", "testdata/oracle/requirements.txt",
		"testdata/oracle/generate.py", seed, strconv.Itoa(oraclePositives), strconv.Itoa(oracleNegatives))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run generate.py: %v", err)
	}
	var labelled []sample
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var s sample
		if err := d.Decode(&s); err != nil {
			t.Fatal(err)
		}
		labelled = append(labelled, s)
	}
	measure(t, labelled)
}
