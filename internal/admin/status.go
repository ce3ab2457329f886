package admin

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
)

// Source is what the admin endpoint shows. Each function may be called at any
// time and returns a value that is encoded as JSON.
type Source struct {
	Status    func() any
	Decisions func(traceID [16]byte) any
	Recent    func(rule, verdict string, n int) any
}

// recentDefault and recentMax bound /decisions without a trace id.
const recentDefault, recentMax = 100, 1000

// Handler serves /status, /decisions, /decisions/{trace_id} and a page at /.
// token, when not empty, must be borne by every request.
func Handler(src Source, token string) http.Handler {
	page := template.Must(template.New("status").Parse(statusPage))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, src.Status()) })
	mux.HandleFunc("GET /decisions/{trace_id}", func(w http.ResponseWriter, r *http.Request) {
		var id [16]byte
		text := r.PathValue("trace_id")
		if n, err := hex.Decode(id[:], []byte(text[:min(len(text), 2*len(id))])); err != nil || n != len(id) || len(text) != 2*len(id) {
			http.Error(w, "trace id must be 32 hexadecimal digits", http.StatusBadRequest)
			return
		}
		writeJSON(w, src.Decisions(id))
	})
	mux.HandleFunc("GET /decisions", func(w http.ResponseWriter, r *http.Request) {
		n := recentDefault
		if s := r.FormValue("n"); s != "" {
			var err error
			if n, err = strconv.Atoi(s); err != nil || n < 1 || n > recentMax {
				http.Error(w, "n must be a number from 1 to 1000", http.StatusBadRequest)
				return
			}
		}
		writeJSON(w, src.Recent(r.FormValue("rule"), r.FormValue("verdict"), n))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { servePage(w, page, src.Status()) })
	return guard(mux, token)
}

func writeJSON(w http.ResponseWriter, v any) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(w, "internal fault", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(append(b, '\n'))
}

// statusPage shows the status as it is in /status, so that there is one truth.
const statusPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>telemetry agent</title>
<style>body{font:14px/1.4 system-ui,sans-serif;margin:2rem;max-width:70rem}pre{background:#f4f4f4;padding:1rem;overflow:auto}</style>
<h1>telemetry agent</h1>
<p>The same as <a href="/status">/status</a>. Verdicts: <a href="/decisions">/decisions</a>.</p>
<pre>{{.}}</pre></html>
`

func servePage(w http.ResponseWriter, page *template.Template, status any) {
	b, err := json.MarshalIndent(status, "", "  ")
	if err != nil {
		http.Error(w, "internal fault", http.StatusInternalServerError)
		return
	}
	var out bytes.Buffer
	if err := page.Execute(&out, string(b)); err != nil {
		http.Error(w, "internal fault", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(out.Bytes())
}
