package config

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// asFile writes one key as a file.
func asFile(path, text string) []byte {
	var out strings.Builder
	names := strings.Split(path, ".")
	for i, name := range names {
		out.WriteString(strings.Repeat("  ", i) + name + ":")
		if i < len(names)-1 {
			out.WriteByte('\n')
		}
	}
	value, err := yaml.Marshal(strings.ReplaceAll(text, "$", "$$"))
	if err != nil {
		panic(err) // text is UTF-8
	}
	out.WriteString(" " + strings.ReplaceAll(string(value), "\n", "\n"+strings.Repeat("  ", len(names))))
	return []byte(out.String())
}

// outcome is a configuration, or its complaints without their places.
type outcome struct {
	Config     *Config
	Complaints []string
}

func outcomeOf(c *Config, err error) outcome {
	var list ErrorList
	if !errors.As(err, &list) {
		return outcome{Config: c}
	}
	o := outcome{}
	for _, e := range list {
		o.Complaints = append(o.Complaints, e.Path+": "+e.Message)
	}
	return o
}

// sameFromEverySource fails unless file, environment and flag do the same.
func sameFromEverySource(t interface {
	Helper()
	Errorf(string, ...any)
}, path, text string) {
	t.Helper()
	file := outcomeOf(load(Source{File: "agent.yaml"}, asFile(path, text), Allowed{}))
	env := outcomeOf(load(Source{Env: []string{envName(path) + "=" + text}}, nil, Allowed{}))
	set := outcomeOf(load(Source{Sets: []string{path + "=" + text}}, nil, Allowed{}))
	if diff := cmp.Diff(file, env, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s=%q: environment differs (-file +environment):\n%s", path, text, diff)
	}
	if diff := cmp.Diff(file, set, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s=%q: flag differs (-file +flag):\n%s", path, text, diff)
	}
}

// Every scalar key can be set by a variable or a flag with an empty file, and
// does what it does in the file.
func TestEveryScalarFromEverySource(t *testing.T) {
	var scalars, documented []string
	walkScalars(newSchema(), "", func(path string, _ *field) { scalars = append(scalars, path) })
	for _, d := range keyDocs() {
		if d.Env == "" {
			continue
		}
		documented = append(documented, d.Path)
		text := d.Example
		if unquoted, err := strconv.Unquote(text); err == nil {
			text = unquoted
		}
		sameFromEverySource(t, d.Path, text)
		if refused(d.Path) {
			continue
		}
		c, err := load(Source{Env: append(companions(d.Path), d.Env+"="+text)}, nil, Allowed{})
		if err != nil {
			t.Error(err)
			continue
		}
		wantLeaf(t, c, d, text)
	}
	if diff := cmp.Diff(scalars, documented); diff != "" {
		t.Errorf("scalars (-schema +documented):\n%s", diff)
	}
}

func refused(path string) bool {
	return slices.ContainsFunc(notYet(), func(u unsupported) bool { return u.path == path })
}

// companions returns what a key can't be without: a server's TLS needs a
// certificate and its key, both as files or both in place.
func companions(path string) []string {
	section, key, ok := strings.Cut(path, ".tls.")
	if !ok || strings.HasPrefix(path, "export.") {
		return nil
	}
	form := "file"
	if key == "cert_pem" || key == "key_pem" {
		form = "pem"
	}
	var out []string
	for _, name := range []string{"cert_" + form, "key_" + form} {
		if name != key {
			out = append(out, envName(section+".tls."+name)+"=x")
		}
	}
	return out
}

// wantLeaf checks that the effective configuration has the value.
func wantLeaf(t *testing.T, c *Config, d keyDoc, text string) {
	t.Helper()
	got, ok := effectiveLeaves(t, c)[d.Path]
	if d.Type == "secret" {
		text = Masked
	}
	if !ok || got != text {
		t.Errorf("%s=%s: the configuration has %q", d.Env, text, got)
	}
}

func TestAnyTextFromEverySource(t *testing.T) {
	var paths []string
	for _, d := range keyDocs() {
		if d.Env != "" {
			paths = append(paths, d.Path)
		}
	}
	texts := rapid.OneOf(
		rapid.StringMatching(`-?[0-9]{0,4}(s|ms|MiB|kB|\.[0-9])?`),
		rapid.StringMatching(`[a-z:/.$\{\}" '#-]{0,12}`),
		rapid.SampledFrom([]string{"", "true", "false", "auto", "127.0.0.1:0", ":1", "none", "gzip", "tcp", "~", "null", "[a]", "{}"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		sameFromEverySource(t, rapid.SampledFrom(paths).Draw(t, "path"), texts.Draw(t, "text"))
	})
}
