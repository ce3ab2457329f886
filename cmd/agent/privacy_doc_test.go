package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestPrivacyExamples runs the examples of docs/privacy.md: the table of texts, the
// configurations, the commands.
func TestPrivacyExamples(t *testing.T) {
	raw, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(raw)
	t.Run("texts", func(t *testing.T) { checkTexts(t, doc) })
	configs := fences(doc, "yaml")
	for _, c := range configs {
		if out, code := filterOutput(t, []string{"validate", "--config", writeFile(t, c)}, ""); code != 0 {
			t.Errorf("%s\n%s", c, out)
		}
	}
	commands := fences(doc, "console")
	if len(configs) < 2 || len(commands) != 1 {
		t.Fatalf("%d configurations and %d commands", len(configs), len(commands))
	}
	checkCommands(t, commands[0], writeFile(t, configs[len(configs)-1]))
}

// fences returns the fenced blocks of a language.
func fences(doc, language string) (all []string) {
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		all = append(all, m[1])
	}
	return all
}

// checkTexts filters the texts of the table that follows the mark, a line each.
func checkTexts(t *testing.T, doc string) {
	_, table, _ := strings.Cut(doc, "<!-- examples -->\n")
	table, _, _ = strings.Cut(table, "\n\n")
	row := regexp.MustCompile("^\\| `(.*)` \\| (?:`(.*)`|the same) \\|$")
	rows := 0
	for _, line := range strings.Split(table, "\n")[2:] {
		m := row.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not an example: %s", line)
		}
		rows++
		text, want := strings.ReplaceAll(m[1], `\|`, "|"), strings.ReplaceAll(m[2], `\|`, "|")
		out, code := filterOutput(t, []string{"filter"}, text+"\n")
		if want = "  result: " + want + "\n"; m[2] == "" {
			want = "nothing found\n"
		}
		if code != 0 || !strings.HasSuffix(out, want) {
			t.Errorf("%s\ngives %q, want %q", text, out, want)
		}
	}
	if rows < 5 {
		t.Errorf("%d examples", rows)
	}
}

// checkCommands runs a console session of `printf … | agent filter …` commands.
func checkCommands(t *testing.T, session, config string) {
	command := regexp.MustCompile(`(?m)^\$ (printf '.*') \| agent (filter.*)\n`)
	at := command.FindAllStringSubmatchIndex(session, -1)
	for i, m := range at {
		end := len(session)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		sample, err := exec.Command("sh", "-c", session[m[2]:m[3]]).Output()
		if err != nil {
			t.Fatal(err)
		}
		args := strings.Fields(strings.ReplaceAll(session[m[4]:m[5]], "agent.yaml", config))
		if out, code := filterOutput(t, args, string(sample)); code != 0 || out != session[m[1]:end] {
			t.Errorf("%s\ngives %s, want %s", session[m[0]:m[1]], out, session[m[1]:end])
		}
	}
	if len(at) < 3 {
		t.Errorf("%d commands", len(at))
	}
}

func filterOutput(t *testing.T, args []string, in string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := dispatch(t.Context(), args, environment{in: strings.NewReader(in), out: &out, err: &out})
	return out.String(), code
}
