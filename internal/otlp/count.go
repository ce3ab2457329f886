package otlp

// CountItems counts the spans, datapoints or log records of an encoded request.
// What is malformed counts up to where it can be read.
func CountItems(sig Signal, b []byte) int {
	items := 0
	for r := (reader{b: b}); r.next(); {
		if !r.embeds(numberGroup) {
			continue
		}
		for scopes := (reader{b: r.data}); scopes.next(); {
			if scopes.embeds(numberScopes) {
				items += countScope(sig, scopes.data)
			}
		}
	}
	return items
}

func countScope(sig Signal, scope []byte) int {
	items := 0
	for r := (reader{b: scope}); r.next(); {
		switch {
		case !r.embeds(numberItems):
		case sig == Metrics:
			items += countPoints(r.data)
		default:
			items++
		}
	}
	return items
}

// countPoints counts the datapoints of a metric. They are the field 1 of gauge,
// sum, histogram, exponential histogram and summary.
func countPoints(metric []byte) int {
	points := 0
	for r := (reader{b: metric}); r.next(); {
		switch r.num {
		case 5, 7, 9, 10, 11:
			for data := (reader{b: r.data}); data.next(); {
				if data.embeds(1) {
					points++
				}
			}
		}
	}
	return points
}

// countItems counts the items in a message of the tables, itself included.
func countItems(n *node, b []byte) int {
	if n.role == roleItem {
		return 1
	}
	items := 0
	for r := (reader{b: b}); r.next(); {
		if r.data == nil || r.num >= uint64(len(n.fields)) {
			continue
		}
		if child := n.fields[r.num].child; child != nil && child.holds {
			items += countItems(child, r.data)
		}
	}
	return items
}
