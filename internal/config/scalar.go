package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
)

// Masked stands for a secret wherever a configuration is shown.
const Masked = "[masked]"

// Secret is a text that is never shown: it prints as Masked.
type Secret string

// String returns Masked, or "" for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return Masked
}

// GoString keeps %#v from showing the text.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// LogValue keeps slog from showing the text.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps encoders from showing the text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Size is a number of bytes.
type Size int64

// Auto is the Size of the word auto: worked out by Resolve.
const Auto Size = -1

type sizeUnit struct {
	suffix string
	bytes  int64
}

// sizeUnits returns the units in the order in which suffixes are tried.
func sizeUnits() []sizeUnit {
	return []sizeUnit{
		{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
		{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1},
	}
}

// parseSize reads a whole number with a unit: B, kB, MB, GB (powers of 1000),
// KiB, MiB, GiB (powers of 1024); without a unit it is bytes. "auto" is Auto.
func parseSize(text string) (Size, error) {
	if text == "auto" {
		return Auto, nil
	}
	number, unit := text, int64(1)
	for _, u := range sizeUnits() {
		if n, ok := strings.CutSuffix(text, u.suffix); ok {
			number, unit = strings.TrimSpace(n), u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		return 0, errors.New("must be a size such as 16MiB or 256MB")
	}
	if int64(n) > math.MaxInt64/unit {
		return 0, errors.New("must be a size below 8EiB")
	}
	return Size(int64(n) * unit), nil
}

// String returns the size in the unit that divides it with the smallest number.
func (s Size) String() string {
	if s == Auto {
		return "auto"
	}
	if s == 0 {
		return "0"
	}
	best := sizeUnit{"B", 1}
	for _, u := range sizeUnits() {
		if int64(s)%u.bytes == 0 && u.bytes > best.bytes {
			best = u
		}
	}
	return strconv.FormatInt(int64(s)/best.bytes, 10) + best.suffix
}

// DurationBound compares a duration: Op is one of > >= < <=.
type DurationBound struct {
	Op    string
	Value time.Duration
}

// UnmarshalText reads ">500ms".
func (b *DurationBound) UnmarshalText(text []byte) error {
	op, rest := cutOperator(string(text))
	d, err := time.ParseDuration(rest)
	if op == "" || err != nil || d < 0 {
		return errors.New(`must be a comparison with a duration such as ">500ms" (>, >=, <, <=)`)
	}
	b.Op, b.Value = op, d
	return nil
}

func (b DurationBound) String() string { return b.Op + formatDuration(b.Value) }

// NumberBound compares a number: Op is one of > >= < <=.
type NumberBound struct {
	Op    string
	Value float64
}

// UnmarshalText reads ">100".
func (b *NumberBound) UnmarshalText(text []byte) error {
	op, rest := cutOperator(string(text))
	v, err := strconv.ParseFloat(rest, 64)
	if op == "" || err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return errors.New(`must be a comparison with a number such as ">100" (>, >=, <, <=)`)
	}
	b.Op, b.Value = op, v
	return nil
}

func (b NumberBound) String() string { return b.Op + formatFloat(b.Value) }

func cutOperator(text string) (op, rest string) {
	for _, op := range []string{">=", "<=", ">", "<"} {
		if rest, ok := strings.CutPrefix(text, op); ok {
			return op, strings.TrimSpace(rest)
		}
	}
	return "", text
}

// formatDuration drops the zero units of Duration.String: 5m, not 5m0s.
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-len("0s")]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-len("0m")]
	}
	return s
}

func formatFloat(v float64) string { return fmt.Sprint(v) }
