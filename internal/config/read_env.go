package config

import (
	"cmp"
	"slices"
	"strings"
)

// setting is one scalar from the environment or a flag.
type setting struct {
	path  string
	value any
}

// flagName is the flag that sets a key.
const flagName = "--set"

// envPrefix begins the name of every variable that sets a key.
const envPrefix = "AGENT_"

// envName returns the variable of a path: AGENT_EXPORT_JAEGER_ENDPOINT.
func envName(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// readEnv returns the scalars set by AGENT_ variables. One that names no key is
// an error, unless the file uses it in ${} or Kubernetes made it for a Service
// named agent.
func (r *reader) readEnv(env []string) []setting {
	scalars, others := r.envNames()
	var out []setting
	for _, e := range slices.Sorted(slices.Values(env)) {
		name, text, _ := strings.Cut(e, "=")
		if !strings.HasPrefix(name, envPrefix) || r.vars[name] {
			continue
		}
		at := origin{from: name}
		if path, ok := others[name]; ok {
			_, err := r.leafOf(path)
			r.fail(at, path, "%v", err)
			continue
		}
		path, ok := scalars[name]
		if !ok {
			if !isServiceLink(name, text) {
				names := make([]string, 0, len(scalars))
				for n := range scalars {
					names = append(names, n)
				}
				slices.Sort(names)
				r.fail(at, "", "names no key%s", didYouMean(name, names))
			}
			continue
		}
		out = r.scalarSetting(out, at, path, text)
	}
	return out
}

// envNames returns the paths of scalars by variable, and those of the lists,
// sections and refused keys that a variable can't set.
func (r *reader) envNames() (scalars, others map[string]string) {
	scalars, others = map[string]string{}, map[string]string{}
	var walk func(s *section, path string)
	walk = func(s *section, path string) {
		for _, f := range s.fields {
			p := join(path, f.name)
			switch {
			case f.kind == kindScalar && f.refused == "":
				scalars[envName(p)] = p
			case f.kind == kindSection && f.refused == "":
				others[envName(p)] = p
				walk(f.section, p)
			default:
				others[envName(p)] = p
			}
		}
	}
	walk(r.schema, "")
	return scalars, others
}

func (r *reader) scalarSetting(out []setting, at origin, path, text string) []setting {
	f, err := r.leafOf(path)
	if err != nil {
		r.fail(at, path, "%v", err)
		return out
	}
	if f.secret {
		r.secrets[text] = true
	}
	v, err := parseScalar(f, scalar{text: text})
	if err != nil {
		r.fail(at, path, "%v%s", err, got(f, text, nil))
		return out
	}
	r.origins[path], r.set[path] = at, true
	return append(out, setting{path, v})
}

// isServiceLink recognises what Kubernetes and Docker put into every container's
// environment for a Service or link whose name begins with agent:
// AGENT_SERVICE_HOST, AGENT_SERVICE_PORT_OTLP, AGENT_PORT=tcp://…,
// AGENT_PORT_4317_TCP_ADDR.
func isServiceLink(name, value string) bool {
	if strings.HasSuffix(name, "_SERVICE_HOST") || strings.Contains(name, "_SERVICE_PORT") {
		return true
	}
	for _, scheme := range []string{"TCP", "UDP", "SCTP"} {
		if strings.HasPrefix(value, strings.ToLower(scheme)+"://") && strings.Contains(name, "_PORT") {
			return true
		}
		if _, tail, ok := strings.Cut(name, "_PORT_"); ok && strings.Contains(tail, "_"+scheme) {
			return true
		}
	}
	return false
}

// readSets returns the scalars set by --set path=value.
func (r *reader) readSets(sets []string) []setting {
	var out []setting
	at := origin{from: flagName}
	for _, s := range sets {
		path, text, ok := strings.Cut(s, "=")
		if !ok {
			r.fail(at, path, "must be path=value, such as sample.hold=10s")
			continue
		}
		out = r.scalarSetting(out, at, path, text)
	}
	slices.SortStableFunc(out, func(a, b setting) int { return cmp.Compare(a.path, b.path) })
	return out
}
