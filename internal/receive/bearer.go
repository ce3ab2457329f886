package receive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensionauth"
)

// errUnauthenticated is all that a refused client is told.
var errUnauthenticated = errors.New("bearer token is missing or wrong")

// bearer asks every client for the token in a file. The file is read again when it
// has changed, so a token can be replaced while the agent runs. While it can't be
// read the last token stays valid: a mount that is being swapped must not cost
// telemetry.
type bearer struct {
	component.StartFunc
	component.ShutdownFunc
	file    string
	logger  *slog.Logger
	metrics *Metrics

	mu     sync.Mutex
	seen   stamp
	sum    [sha256.Size]byte // of the token
	broken bool              // the last read failed; logged once
}

var _ extensionauth.Server = (*bearer)(nil)

// stamp tells one state of a file from another.
type stamp struct {
	modified time.Time
	size     int64
}

// newBearer returns nil where no file is named.
func newBearer(file string, logger *slog.Logger, m *Metrics) (*bearer, error) {
	if file == "" {
		return nil, nil
	}
	b := &bearer{file: file, logger: logger, metrics: m}
	if err := b.reload(); err != nil {
		return nil, &ConfigError{Path: "auth.bearer_token_file", Err: err}
	}
	return b, nil
}

// Authenticate implements extensionauth.Server for both protocols; gRPC writes
// header names in lower case.
func (b *bearer) Authenticate(ctx context.Context, headers map[string][]string) (context.Context, error) {
	want := b.current()
	for name, values := range headers {
		if !strings.EqualFold(name, "authorization") {
			continue
		}
		for _, v := range values {
			scheme, token, ok := strings.Cut(v, " ")
			// Sums are compared, so that neither content nor length shows in the time.
			got := sha256.Sum256([]byte(strings.TrimSpace(token)))
			if ok && strings.EqualFold(scheme, "bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
				return ctx, nil
			}
		}
	}
	b.metrics.refused.WithLabelValues(noSignal, reasonUnauthenticated).Inc()
	return ctx, errUnauthenticated
}

// current returns the sum of the token, read again if the file has changed.
func (b *bearer) current() [sha256.Size]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.reload()
	if err != nil && !b.broken {
		b.logger.Warn("bearer token file can't be read, the last token stays valid", "error", err)
	}
	b.broken = err != nil
	return b.sum
}

// reload reads the file if it isn't the one seen last.
func (b *bearer) reload() error {
	info, err := os.Stat(b.file)
	if err != nil {
		return fmt.Errorf("can't read %s: %w", b.file, cause(err))
	}
	now := stamp{info.ModTime(), info.Size()}
	if now == b.seen {
		return nil
	}
	content, err := os.ReadFile(b.file)
	if err != nil {
		return fmt.Errorf("can't read %s: %w", b.file, cause(err))
	}
	token := bytes.TrimSpace(content)
	if len(token) == 0 {
		return fmt.Errorf("%s is empty", b.file)
	}
	b.seen, b.sum = now, sha256.Sum256(token)
	return nil
}

// cause drops the path from a file error: it is in the configuration.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
