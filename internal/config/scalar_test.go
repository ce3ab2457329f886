package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]Size{
		"0": 0, "1500": 1500, "1B": 1, "2kB": 2000, "2KiB": 2048, "3MB": 3e6, "16MiB": 16 << 20,
		"1 GiB": 1 << 30, "7GB": 7e9, "auto": Auto, "9223372036854775807": 1<<63 - 1,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "1.5MiB", "1mib", "1 TiB", "8GiB ", "9223372036854775808", "9007199254740993KiB", "AUTO"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", text, got)
		}
	}
}

// What String writes is read as the same value.
func TestScalarsAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := Size(rapid.Int64Min(0).Draw(t, "size"))
		if again, err := parseSize(size.String()); err != nil || again != size {
			t.Errorf("size %d: %s: %d, %v", int64(size), size, int64(again), err)
		}
		d := time.Duration(rapid.Int64Min(0).Draw(t, "duration"))
		if again, err := time.ParseDuration(formatDuration(d)); err != nil || again != d {
			t.Errorf("duration %d: %s: %d, %v", d, formatDuration(d), again, err)
		}
		op := rapid.SampledFrom([]string{">", ">=", "<", "<="}).Draw(t, "operator")
		bound, number := DurationBound{op, d}, NumberBound{op, rapid.Float64().Draw(t, "number")}
		var bound2 DurationBound
		if err := bound2.UnmarshalText([]byte(bound.String())); err != nil || bound2 != bound {
			t.Errorf("%s: %v, %v", bound, bound2, err)
		}
		var number2 NumberBound
		if err := number2.UnmarshalText([]byte(number.String())); err != nil || number2 != number {
			t.Errorf("%s: %v, %v", number, number2, err)
		}
	})
}

func TestExpand(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"A": "a", "EMPTY": "", "TRICK": "${A}$$"}[name]
		return v, ok
	}
	for text, want := range map[string]string{
		"": "", "plain": "plain", "${A}": "a", "x${A}y${A}": "xaya", "$A": "$A", "a$": "a$", "$$": "$", "$${A}": "${A}",
		"$$$$": "$$", "${EMPTY}": "", "${EMPTY:-b}": "b", "${NONE:-b}": "b", "${NONE:-}": "", "${A:-b}": "a",
		"${NONE:-b:-c}": "b:-c", "${TRICK}": "${A}$$", "^[a-z]+$": "^[a-z]+$",
	} {
		if got, err := expand(text, lookup); err != nil || got.text != want {
			t.Errorf("expand(%q) = %q, %v, want %q", text, got.text, err, want)
		}
	}
	for _, text := range []string{"${NONE}", "${", "${A", "${}", "${1A}", "${A B}", "${A-b}", "${:-b}"} {
		if got, err := expand(text, lookup); err == nil {
			t.Errorf("expand(%q) = %q, want an error", text, got.text)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[${}a:-]{0,12}`).Draw(t, "text")
		if got, err := expand(escapeDollar(text), lookup); err != nil || got.text != text {
			t.Errorf("expand(escapeDollar(%q)) = %q, %v", text, got.text, err)
		}
	})
}

func TestSuggest(t *testing.T) {
	candidates := []string{"hold", "grace", "rules", "http_route", "span_name", "a"}
	for word, want := range map[string]string{
		"hodl": "hold", "rule": "rules", "http-route": "http_route", "spanname": "span_name", "httproute": "http_route",
		"b": "a", "nothing": "", "": "",
	} {
		if got := suggest(word, candidates); got != want {
			t.Errorf("suggest(%q) = %q, want %q", word, got, want)
		}
	}
}
