package integration

import (
	"testing"

	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
)

func secrets() seeded.Values {
	return seeded.Values{
		"email": seeded.Email(), "card": seeded.Card(), "ssn": seeded.SSN(), "bearer": seeded.Bearer(), "jwt": seeded.JWT(),
	}
}

func checkNone(t *testing.T, values seeded.Values, where, text string) {
	t.Helper()
	if text == "" {
		t.Errorf("%s is empty", where)
	}
	for _, leak := range values.Leaks(text) {
		t.Errorf("%s holds %s", where, leak)
	}
}
