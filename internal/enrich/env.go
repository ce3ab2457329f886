package enrich

import (
	"errors"
	"net/url"
	"strings"
)

// environment reads OTEL_RESOURCE_ATTRIBUTES: key=value pairs with commas between
// them, percent-encoded. A malformed list is ignored whole (OpenTelemetry
// specification, "Specifying resource information via an environment variable").
func (s source) environment() ([]attribute, error) {
	list := s.getenv("OTEL_RESOURCE_ATTRIBUTES")
	var found []attribute
	for item := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(item) == "" {
			continue
		}
		key, value, ok := strings.Cut(item, "=")
		key, kerr := url.PathUnescape(strings.TrimSpace(key))
		value, verr := url.PathUnescape(strings.TrimSpace(value))
		if !ok || key == "" || kerr != nil || verr != nil {
			return nil, errors.New("read OTEL_RESOURCE_ATTRIBUTES: not a list of key=value, percent-encoded; all of it is ignored")
		}
		found = append(found, attribute{strings.ToValidUTF8(key, "\uFFFD"), value})
	}
	return found, nil
}
