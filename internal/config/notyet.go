package config

// notYet lists keys that the file format has and this version can't obey: a
// value other than the default is refused, never ignored.
func notYet() []unsupported {
	return []unsupported{
		{"storage.directory", "isn't available in this version: telemetry waits in memory only; remove it"},
		{"storage.fsync", "isn't available in this version: telemetry waits in memory only; remove it"},
	}
}

type unsupported struct {
	path    string
	message string
}
