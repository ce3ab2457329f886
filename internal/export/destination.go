package export

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/drl-trading/telemetry-agent/internal/otlp"
)

// Protocols that a Destination can speak.
const (
	GRPC = "grpc" // OTLP/gRPC, by the Collector's otlp exporter
	HTTP = "http" // OTLP/HTTP, by the Collector's otlphttp exporter
)

// Destination is one OTLP backend.
type Destination struct {
	// Name is the label of its metrics and accounts.
	Name string
	// Path says where the configuration names it, for errors: "jaeger", "otlp[1]".
	Path     string
	Protocol string
	// Settings are the Collector exporter's own: endpoint, tls, headers, timeout,
	// compression and so on. sending_queue, retry_on_failure, auth and middlewares
	// are refused.
	Settings map[string]any
	Signals  []otlp.Signal
	Retry    Retry
	// MaxRequestBytes bounds a request before compression; a single record of the
	// log may be longer. 0: 512 KiB.
	MaxRequestBytes int
}

// Retry says how attempts follow one another while a backend can't take data.
// Zero values are defaults.
type Retry struct {
	Initial time.Duration // the first wait; 1 s
	Max     time.Duration // the longest wait of the exponential back-off; 30 s
	GiveUp  time.Duration // a batch is lost after trying for so long; 0: never
}

// defaultMaxRequestBytes keeps what is in memory for a request small (decoded, it
// takes about six times its bytes), and is far below the 4 MiB that a gRPC server takes by default.
const defaultMaxRequestBytes = 512 << 10

func (d Destination) withDefaults() (Destination, error) {
	if d.Path == "" {
		d.Path = d.Name
	}
	if d.Retry.Initial == 0 {
		d.Retry.Initial = time.Second
	}
	if d.Retry.Max == 0 {
		d.Retry.Max = max(30*time.Second, d.Retry.Initial)
	}
	if d.MaxRequestBytes == 0 {
		d.MaxRequestBytes = defaultMaxRequestBytes
	}
	switch {
	case d.Name == "":
		return d, d.errorf("name", "is empty")
	case d.Protocol != GRPC && d.Protocol != HTTP:
		return d, d.errorf("protocol", "must be %s or %s, got %q", GRPC, HTTP, d.Protocol)
	case len(d.Signals) == 0:
		return d, d.errorf("signals", "is empty: name at least one of traces, metrics, logs")
	case d.Retry.Initial < 0:
		return d, d.errorf("retry.initial", "must not be negative, got %s", d.Retry.Initial)
	case d.Retry.Max < d.Retry.Initial:
		return d, d.errorf("retry.max", "must be at least retry.initial (%s), got %s", d.Retry.Initial, d.Retry.Max)
	case d.Retry.GiveUp < 0:
		return d, d.errorf("retry.give_up", "must not be negative, got %s", d.Retry.GiveUp)
	case d.MaxRequestBytes < 0:
		return d, d.errorf("max_request_bytes", "must not be negative, got %d", d.MaxRequestBytes)
	}
	return d, nil
}

// optionError is a bad option with its place in the export section.
type optionError struct {
	path string
	err  error
}

func (d Destination) errorf(key, format string, args ...any) error {
	path := d.Path
	if key != "" {
		path += "." + key
	}
	return &optionError{path: path, err: fmt.Errorf(format, args...)}
}

// settingsError makes one error per line of what confmap says about settings that
// it can't decode, each with its place.
func (d Destination) settingsError(err error) error {
	_, lines, found := strings.Cut(err.Error(), "\n")
	if !found {
		return d.errorf("", "%w", err)
	}
	var errs []error
	for line := range strings.Lines(lines) {
		rest, quoted := strings.CutPrefix(strings.TrimSpace(line), "'")
		where, what, placed := strings.Cut(rest, "' ")
		if !quoted || !placed {
			if rest != "" {
				errs = append(errs, d.errorf("", "%s", rest))
			}
			continue
		}
		if strings.HasSuffix(where, ".Config") {
			where = "" // the exporter's own type: the top
		}
		keys, unknown := strings.CutPrefix(what, "has invalid keys: ")
		if !unknown {
			errs = append(errs, d.errorf(where, "%s", what))
			continue
		}
		for key := range strings.SplitSeq(keys, ", ") {
			key = strings.TrimPrefix(where+"."+key, ".")
			errs = append(errs, d.errorf(key, "is not a setting of the Collector's OTLP exporter for %s", d.Protocol))
		}
	}
	return errors.Join(errs...)
}

// Error implements error.
func (e *optionError) Error() string { return e.path + ": " + e.err.Error() }

// Unwrap returns the cause.
func (e *optionError) Unwrap() error { return e.err }

// ConfigPath returns the option's place, relative to the export section.
func (e *optionError) ConfigPath() string { return e.path }
