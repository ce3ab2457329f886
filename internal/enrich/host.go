package enrich

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// host reads what the kernel and the machine say of themselves (semantic
// conventions, host and os).
func (s source) host() ([]attribute, error) {
	name, nerr := s.read("proc/sys/kernel/hostname")
	if nerr != nil {
		nerr = fmt.Errorf("read hostname: %w", nerr)
	}
	id, ierr := s.read("etc/machine-id")
	if ierr != nil {
		ierr = fmt.Errorf("read machine id: %w", ierr)
	}
	return []attribute{
		{"host.name", strings.TrimSpace(name)},
		{"host.id", strings.TrimSpace(id)},
		{"host.arch", runtime.GOARCH},
		{"os.type", runtime.GOOS},
	}, errors.Join(nerr, ierr)
}
