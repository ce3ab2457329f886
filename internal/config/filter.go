package config

// Filter says what is private and what becomes of it.
type Filter struct {
	Mode            string            `yaml:"mode" enum:"enforce|report" doc:"enforce changes what is found; report only counts and logs where something was found, and passes it on."`
	Detectors       []string          `yaml:"detectors" example:"[card, email, secret]" doc:"Detectors that look at every value."`
	QueryParameters []string          `yaml:"query_parameters" format:"name" example:"[sig, Signature, session_ticket]" doc:"Query parameters of URLs whose values are redacted whatever they look like; exact, with their case. A list replaces the default, which is that of the semantic conventions. Telling names such as access_token are found without it."`
	Action          string            `yaml:"action" enum:"mask|hash|drop" doc:"What happens to a finding: mask replaces it by [detector], hash by a keyed pseudonym, drop removes its attribute."`
	Keys            string            `yaml:"keys" enum:"all|listed" doc:"all: every attribute passes the detectors; listed: only attributes named under filter.attributes pass at all."`
	HashKeys        []HashKey         `yaml:"hash_keys" doc:"Keys of HMAC-SHA256. The first signs; keep the previous one behind it while both are in use."`
	Attributes      []FilterAttribute `yaml:"attributes" doc:"What happens to an attribute by its key; the first match wins."`
	Patterns        []Pattern         `yaml:"patterns" doc:"Detectors of your own."`
	Allow           []string          `yaml:"allow" example:"[support@example.com]" doc:"Values that are never masked; whole and exact."`

	KeepLast4     bool `yaml:"keep_last_4" doc:"Mask card numbers as [card:1111], with their last four digits."`
	CountRedacted bool `yaml:"count_redacted" doc:"Write the attribute agent.redacted, the number of values changed, to spans and log records."`
}

// HashKey is one key of the keyed pseudonyms.
type HashKey struct {
	ID  string `yaml:"id" format:"id" required:"true" example:"1" doc:"Name of the key in the pseudonym (hk1:…): 1 to 8 letters or digits, but not r."`
	Key Secret `yaml:"key" example:"${AGENT_HASH_KEY:-}" doc:"At least 32 bytes. Empty: the entry is left out."`
}

// FilterAttribute is a rule for attributes by key.
type FilterAttribute struct {
	Key    string   `yaml:"key" format:"glob" required:"true" example:"http.request.header.*" doc:"Attribute key; * stands for any characters, and upper and lower case are one."`
	Action string   `yaml:"action" enum:"scan|mask|hash|drop|drop_item" doc:"What happens to the attribute: scan leaves it to the detectors, mask and hash replace its whole value, drop removes it, drop_item removes its span, datapoint or log record."`
	Except []string `yaml:"except" format:"glob" example:"[http.request.header.x-request-id]" doc:"Keys that match but are left to the next rule."`
}

// Pattern is a detector of the user's own.
type Pattern struct {
	Name   string   `yaml:"name" format:"word" required:"true" example:"account" doc:"Name in the mask and in metrics; unique. It may be a detector's: both count as one."`
	Regex  string   `yaml:"regex" format:"regex" required:"true" example:"ACC-[0-9]{8}" doc:"RE2 expression."`
	Keys   []string `yaml:"keys" format:"glob" example:"[order.*, enduser.id]" doc:"Attribute keys whose values it looks at. Empty: every text."`
	Action string   `yaml:"action" enum:"mask|hash|drop" doc:"What happens to a finding. Empty: filter.action."`
}

func (a *FilterAttribute) setDefaults() { a.Action = "scan" }
