package detect

import (
	"slices"
	"testing"
)

// TestVendorSecrets holds the table to say where each form is from, and to be as
// long as docs/privacy.md says.
func TestVendorSecrets(t *testing.T) {
	const least = 90
	kinds := make(map[string]bool)
	for _, f := range slices.Concat(vendorSecrets(), dottedSecrets()) {
		kinds[f.name] = true
		if len(f.prefix) < 2 || f.source == "" || f.max > 0 && f.max < f.min {
			t.Errorf("%s %q: bad prefix, source or lengths", f.name, f.prefix)
		}
		if inSmallHex(f.prefix) && !f.bounded {
			t.Errorf("%s %q: hexPrefixed doesn't look within groups", f.name, f.prefix)
		}
	}
	t.Logf("%d kinds", len(kinds))
	if len(kinds) < least {
		t.Errorf("%d kinds, want %d", len(kinds), least)
	}
}
