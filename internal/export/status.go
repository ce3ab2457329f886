package export

import "time"

// Status is how the delivery to one destination goes.
type Status struct {
	Destination string         `json:"destination"`
	Protocol    string         `json:"protocol"`
	Signals     []SignalStatus `json:"signals"`
}

// SignalStatus is how the delivery of one signal goes.
type SignalStatus struct {
	Signal string `json:"signal"`
	State  State  `json:"state"`
	// Code and Reason tell of the last failure while it lasts.
	Code   string    `json:"code,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since"` // when State began
	// Pending is what the log holds, in hand included.
	PendingItems int   `json:"pending_items"`
	PendingBytes int64 `json:"pending_bytes"`
	// OldestSeconds is for how long the next record has waited.
	OldestSeconds float64 `json:"oldest_seconds"`
}

// ager is a cursor that knows the age of its next record.
type ager interface{ Oldest() time.Duration }

// Status returns the state of every destination, in the order of the options.
func (e *Exporter) Status() []Status {
	out := []Status{}
	for _, d := range e.deliveries {
		if n := len(out); n == 0 || out[n-1].Destination != d.destination {
			out = append(out, Status{Destination: d.destination, Protocol: e.protocols[d.destination]})
		}
		last := &out[len(out)-1]
		last.Signals = append(last.Signals, d.status())
	}
	return out
}

func (d *delivery) status() SignalStatus {
	now, code, phrase, since := d.state.get()
	items, bytes := d.cursor.Pending()
	s := SignalStatus{
		Signal: d.signal.String(), State: now, Code: code, Reason: phrase, Since: since,
		PendingItems: items, PendingBytes: bytes,
	}
	if c, ok := d.cursor.(ager); ok {
		s.OldestSeconds = c.Oldest().Seconds()
	}
	return s
}
