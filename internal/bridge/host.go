package bridge

import (
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// Host implements component.Host and componentstatus.Reporter.
type Host struct {
	extensions map[component.ID]component.Component
	fatal      func(error)
}

// NewHost returns a host that offers extensions (nil for none) to a component and
// ignores what it reports.
func NewHost(extensions map[component.ID]component.Component) *Host {
	return NewReportingHost(extensions, func(error) {})
}

// NewReportingHost is NewHost with a listener: fatal is told when the component
// reports that it can't go on, such as a server whose listener broke. It is
// called on the component's goroutine.
func NewReportingHost(extensions map[component.ID]component.Component, fatal func(error)) *Host {
	if extensions == nil {
		extensions = map[component.ID]component.Component{} // nil would say that extensions aren't supported
	}
	return &Host{extensions: extensions, fatal: fatal}
}

// GetExtensions implements component.Host.
func (h *Host) GetExtensions() map[component.ID]component.Component { return h.extensions }

// Report implements componentstatus.Reporter.
func (h *Host) Report(e *componentstatus.Event) {
	if e.Status() == componentstatus.StatusFatalError {
		h.fatal(e.Err())
	}
}
