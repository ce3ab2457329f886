package otlp

// Field numbers that the three signals share: of ResourceSpans and its like in
// the request, of their resource, scopes and schema URL, and of the scope, items
// and schema URL in ScopeSpans and its like.
const (
	numberGroup     = 1
	numberResource  = 1
	numberScopes    = 2
	numberScope     = 1
	numberItems     = 2
	numberSchemaURL = 3
)

// Group is what the items of one scope share. The slices are parts of the request
// and nil if absent.
type Group struct {
	Resource          []byte // encoded Resource
	ResourceSchemaURL []byte
	Scope             []byte // encoded InstrumentationScope
	ScopeSchemaURL    []byte
	ResourceIndex     int // of the resource in the request, from 0
	ScopeIndex        int // of the scope in its resource, from 0
}

// rangeItems calls fn with each item of a request and where it begins, until fn
// says no. The group is right wherever resource and scope stand.
func rangeItems(request []byte, g *Group, fn func(item []byte, offset int) bool) error {
	*g = Group{ResourceIndex: -1}
	r := reader{b: request}
	for r.next() {
		if !r.embeds(numberGroup) {
			continue
		}
		g.ResourceIndex++
		g.ScopeIndex = -1
		g.Resource, g.ResourceSchemaURL = single(r.data, numberResource)
		scopes := reader{b: r.data}
		for scopes.next() {
			if !scopes.embeds(numberScopes) {
				continue
			}
			g.ScopeIndex++
			g.Scope, g.ScopeSchemaURL = single(scopes.data, numberScope)
			items := reader{b: scopes.data}
			for items.next() {
				if !items.embeds(numberItems) {
					continue
				}
				if !fn(items.data, r.from+scopes.from+items.from) {
					return nil
				}
			}
			if err := items.end("scope", r.from+scopes.from); err != nil {
				return err
			}
		}
		if err := scopes.end("resource", r.from); err != nil {
			return err
		}
	}
	return r.end("request", 0)
}

// single finds the message of that number, and the schema URL beside it.
func single(b []byte, number uint64) (message, schemaURL []byte) {
	for r := (reader{b: b}); r.next(); {
		switch r.num {
		case number:
			message = r.data
		case numberSchemaURL:
			schemaURL = r.data
		}
	}
	return message, schemaURL
}

// end returns an error if the reader stopped before its end.
func (r *reader) end(place string, offset int) error {
	if r.at == len(r.b) {
		return nil
	}
	return &Error{Place: place, Offset: offset + r.at, Reason: reasonTruncated}
}
