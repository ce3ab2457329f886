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
// and nil if absent; where each begins in the request stands beside it.
type Group struct {
	Resource          []byte // encoded Resource
	ResourceSchemaURL []byte
	Scope             []byte // encoded InstrumentationScope
	ScopeSchemaURL    []byte
	ResourceIndex     int // of the resource in the request, from 0
	ScopeIndex        int // of the scope in its resource, from 0

	ResourceAt, ResourceSchemaURLAt, ScopeAt, ScopeSchemaURLAt int
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
		g.readResource(r.data, r.from)
		scopes := reader{b: r.data}
		for scopes.next() {
			if !scopes.embeds(numberScopes) {
				continue
			}
			g.ScopeIndex++
			at := r.from + scopes.from
			g.readScope(scopes.data, at)
			items := reader{b: scopes.data}
			for items.next() {
				if !items.embeds(numberItems) {
					continue
				}
				if !fn(items.data, at+items.from) {
					return nil
				}
			}
			if err := items.end("scope", at); err != nil {
				return err
			}
		}
		if err := scopes.end("resource", r.from); err != nil {
			return err
		}
	}
	return r.end("request", 0)
}

// readResource finds what a ResourceSpans or its like, which begins at a place of
// the request, says of all its items.
func (g *Group) readResource(b []byte, begin int) {
	g.Resource, g.ResourceSchemaURL = nil, nil
	for r := (reader{b: b}); r.next(); {
		switch r.num {
		case numberResource:
			g.Resource, g.ResourceAt = r.data, begin+r.from
		case numberSchemaURL:
			g.ResourceSchemaURL, g.ResourceSchemaURLAt = r.data, begin+r.from
		}
	}
}

// readScope does the same for a ScopeSpans or its like.
func (g *Group) readScope(b []byte, begin int) {
	g.Scope, g.ScopeSchemaURL = nil, nil
	for r := (reader{b: b}); r.next(); {
		switch r.num {
		case numberScope:
			g.Scope, g.ScopeAt = r.data, begin+r.from
		case numberSchemaURL:
			g.ScopeSchemaURL, g.ScopeSchemaURLAt = r.data, begin+r.from
		}
	}
}

// end returns an error if the reader stopped before its end.
func (r *reader) end(place string, offset int) error {
	if r.at == len(r.b) {
		return nil
	}
	return &Error{Place: place, Offset: offset + r.at, Reason: reasonTruncated}
}
