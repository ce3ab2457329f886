package otlp

import "google.golang.org/protobuf/encoding/protowire"

// ask offers one text, and returns where its replacement begins in the arena. In
// doubt the text goes. A number stands in w.text already.
func (w *Walker) ask(p Place, kind TextKind, value []byte) (at int, v Verdict) {
	t := &w.text
	t.Place, t.Kind, t.Value = p, kind, value
	at = len(w.arena)
	repl, v := w.visitor.Text(t, w.arena)
	switch {
	case v == Pass || v == DropItem:
		return at, v
	case v == Replace && len(repl) >= at:
		w.arena = repl
		w.mendReplacement(kind, at)
		return at, Replace
	}
	return at, DropAttribute
}

// removal is the status that a verdict above Replace leads to.
func removal(v Verdict) status {
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
		at, verdict := w.ask(p, kind, value)
		switch verdict {
		case Pass:
		case Replace:
			w.replacePayload(prefix, from, to, at)
			return ok
		default:
			return removal(verdict)
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

// offerNumber offers the int_value or double_value at in[start:end], set in
// w.text.
func (w *Walker) offerNumber(p Place, kind TextKind, start, end int) status {
	if w.visitor == nil {
		return ok
	}
	at, verdict := w.ask(p, kind, nil)
	switch verdict {
	case Pass:
		return ok
	case Replace:
		w.replaceNumber(start, end, at)
		return ok
	}
	return removal(verdict)
}

// replaceNumber puts a string_value with arena[at:] in the place of the member of
// AnyValue at in[start:end].
func (w *Walker) replaceNumber(start, end, at int) {
	text := len(w.arena)
	w.arena = protowire.AppendVarint(w.arena, tagString)
	w.arena = protowire.AppendVarint(w.arena, uint64(text-at))
	w.arena = append(w.arena, w.arena[at:text]...)
	w.replace(start, end, text)
}
