package otlp

import "google.golang.org/protobuf/encoding/protowire"

// verdictStatus is the status that a removing verdict leads to. In doubt, a value
// goes.
func verdictStatus(v Verdict) status {
	if v == DropItem {
		return dropItem
	}
	return dropAttribute
}

// offerString offers the text at in[from:to], whose length prefix begins at prefix.
func (w *Walker) offerString(p Place, kind TextKind, prefix, from, to int) status {
	value, mended := w.in[from:to:to], false
	if kind != Bytes {
		value, mended = w.mend(value)
	}
	return w.offer(p, kind, prefix, from, to, value, mended)
}

// offer offers value, which stands at in[from:to], or in the arena if it was
// mended.
func (w *Walker) offer(p Place, kind TextKind, prefix, from, to int, value []byte, mended bool) status {
	if w.visitor != nil {
		t := &w.text
		t.Place, t.Kind, t.Value = p, kind, value
		at := len(w.arena)
		repl, verdict := w.visitor.Text(t, w.arena)
		switch {
		case verdict == Pass:
		case verdict == Replace && len(repl) >= at:
			w.arena = repl
			w.mendReplacement(kind, at)
			w.replacePayload(prefix, from, to, at)
			return ok
		default:
			return verdictStatus(verdict)
		}
	}
	if mended {
		at := len(w.arena)
		w.arena = append(w.arena, value...)
		w.replacePayload(prefix, from, to, at)
	}
	return ok
}

// mendReplacement keeps a visitor from writing a string that isn't UTF-8.
func (w *Walker) mendReplacement(kind TextKind, at int) {
	if repl := w.arena[at:]; kind != Bytes && !validUTF8(repl) {
		w.arena = append(w.arena[:at], appendMended(nil, repl)...)
	}
}

// offerNumber offers the int_value or double_value at in[start:end], set in text.
// A replacement turns it into a string_value.
func (w *Walker) offerNumber(p Place, start, end int) status {
	if w.visitor == nil {
		return ok
	}
	t := &w.text
	t.Place, t.Value = p, nil
	at := len(w.arena)
	repl, verdict := w.visitor.Text(t, w.arena)
	switch {
	case verdict == Pass:
		return ok
	case verdict != Replace || len(repl) < at:
		return verdictStatus(verdict)
	}
	w.arena = repl
	w.mendReplacement(String, at)
	text := len(w.arena)
	w.arena = protowire.AppendVarint(w.arena, tagString)
	w.arena = protowire.AppendVarint(w.arena, uint64(text-at))
	w.arena = append(w.arena, w.arena[at:text]...)
	w.replace(start, end, text)
	return ok
}
