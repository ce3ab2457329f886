package config

// notYet lists keys that the file format has and this version can't obey: a
// value other than the default is refused, never ignored.
func notYet() []unsupported {
	return []unsupported{
		{"sample.logs", "follow isn't available in this version: logs pass whatever becomes of their trace; remove it"},
		{"storage.directory", "isn't available in this version: telemetry waits in memory only; remove it"},
		{"storage.fsync", "isn't available in this version: telemetry waits in memory only; remove it"},
	}
}

type unsupported struct {
	path    string
	message string
}
