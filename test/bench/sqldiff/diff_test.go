// Package sqldiff compares the filter's reading of SQL with that of go-sqllexer,
// on the statements in go-sqllexer's own tests.
package sqldiff

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/DataDog/go-sqllexer"

	"github.com/drl-trading/telemetry-agent/internal/filter/sqltext"
)

// dialects are the folders of the statements, and what go-sqllexer calls them.
var dialects = map[string]sqllexer.DBMSType{
	"mssql": sqllexer.DBMSSQLServer, "mysql": sqllexer.DBMSMySQL, "oracle": sqllexer.DBMSOracle,
	"postgresql": sqllexer.DBMSPostgres, "snowflake": sqllexer.DBMSSnowflake,
}

// TestLiterals holds every string and number that go-sqllexer, told the dialect,
// takes for a literal to be covered by one that the filter found without knowing
// it; and nearly all names to be left.
func TestLiterals(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/DataDog/go-sqllexer").Output()
	if err != nil {
		t.Fatal(err)
	}
	literals, names, lost := 0, 0, 0
	for folder, dialect := range dialects {
		files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "testdata", folder, "*", "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		for _, file := range files {
			statement := readStatement(t, file)
			covered := cover(statement)
			offset := 0
			for lexer := sqllexer.New(statement, sqllexer.WithDBMS(dialect)); ; {
				token := lexer.Scan()
				if token.Type == sqllexer.EOF {
					break
				}
				at := strings.Index(statement[offset:], token.Value)
				if at < 0 {
					break
				}
				from := offset + at
				offset = from + len(token.Value)
				removed := covered[from+len(token.Value)/2]
				switch {
				case literal(token):
					literals++
					if !removed {
						t.Errorf("%s: %s of %.200q is left", filepath.Base(file), token.Value, statement)
					}
				case token.Type == sqllexer.IDENT:
					names++
					if removed {
						lost++
						t.Logf("%s: name %s of %.200q is removed", filepath.Base(file), token.Value, statement)
					}
				}
			}
		}
	}
	t.Logf("%d literals, none left; %d of %d names removed", literals, lost, names)
	if literals < 200 || lost*100 > names {
		t.Errorf("%d literals, %d of %d names removed", literals, lost, names)
	}
}

func literal(t *sqllexer.Token) bool {
	switch t.Type {
	case sqllexer.STRING, sqllexer.INCOMPLETE_STRING, sqllexer.NUMBER, sqllexer.DOLLAR_QUOTED_STRING:
		return true
	}
	return false
}

// cover tells which bytes of a statement the filter removes.
func cover(statement string) []bool {
	covered := make([]bool, len(statement)+1)
	for _, l := range sqltext.Append(nil, []byte(statement)) {
		for i := l.Start; i < l.End; i++ {
			covered[i] = true
		}
	}
	return covered
}

func readStatement(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var test struct {
		Input string `json:"input"`
	}
	if err := json.Unmarshal(raw, &test); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return test.Input
}
