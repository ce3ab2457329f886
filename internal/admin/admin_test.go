package admin

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testSource() Source {
	return Source{
		Status:    func() any { return map[string]any{"ready": true, "note": "<b>"} },
		Decisions: func(id [16]byte) any { return map[string]any{"first": id[0]} },
		Recent: func(rule, verdict string, n int) any {
			return map[string]any{"rule": rule, "verdict": verdict, "n": n}
		},
	}
}

func TestHandler(t *testing.T) {
	for name, tc := range map[string]struct {
		path, token string
		header      map[string]string
		code        int
		want        string
	}{
		"status":                  {path: "/status", code: 200, want: `"ready": true`},
		"page escapes":            {path: "/", code: 200, want: `\u003cb\u003e`},
		"decisions of a trace":    {path: "/decisions/0b" + strings.Repeat("0", 30), code: 200, want: `"first": 11`},
		"short trace id":          {path: "/decisions/0b", code: 400, want: "32 hexadecimal digits"},
		"long trace id":           {path: "/decisions/" + strings.Repeat("0", 33), code: 400, want: "32 hexadecimal digits"},
		"not hexadecimal":         {path: "/decisions/" + strings.Repeat("z", 32), code: 400, want: "32 hexadecimal digits"},
		"recent":                  {path: "/decisions?rule=errors&verdict=kept&n=5", code: 200, want: `"rule": "errors"`},
		"recent, default":         {path: "/decisions", code: 200, want: `"n": 100`},
		"recent, too many":        {path: "/decisions?n=100000", code: 400, want: "from 1 to 1000"},
		"unknown path":            {path: "/secret", code: 404},
		"rebound name":            {path: "/status", header: map[string]string{"Host": "evil.example"}, code: 403, want: "Host"},
		"localhost":               {path: "/status", header: map[string]string{"Host": "localhost:8887"}, code: 200},
		"IPv6":                    {path: "/status", header: map[string]string{"Host": "[::1]:8887"}, code: 200},
		"other origin":            {path: "/status", header: map[string]string{"Origin": "https://evil.example"}, code: 403, want: "origin"},
		"null origin":             {path: "/status", header: map[string]string{"Origin": "null"}, code: 403},
		"own origin":              {path: "/status", header: map[string]string{"Origin": "http://127.0.0.1:8887"}, code: 200},
		"token missing":           {path: "/status", token: "t0ken", code: 401, want: "token"},
		"token wrong":             {path: "/status", token: "t0ken", header: map[string]string{"Authorization": "Bearer token"}, code: 401},
		"token, and a name":       {path: "/status", token: "t0ken", header: map[string]string{"Authorization": "Bearer t0ken", "Host": "pod.example"}, code: 200},
		"other methods than GET":  {path: "POST /status", code: 405},
		"no decision for nothing": {path: "/decisions/", code: 404},
	} {
		t.Run(name, func(t *testing.T) {
			method, path := "GET", tc.path
			if m, p, ok := strings.Cut(tc.path, " "); ok {
				method, path = m, p
			}
			r := httptest.NewRequest(method, path, nil)
			r.Host = "127.0.0.1:8887"
			for k, v := range tc.header {
				if k == "Host" {
					r.Host = v
				}
				r.Header.Set(k, v)
			}
			w := httptest.NewRecorder()
			Handler(testSource(), tc.token).ServeHTTP(w, r)
			if w.Code != tc.code || !strings.Contains(w.Body.String(), tc.want) {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, tc.code, tc.want)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	stuck := make(chan struct{})
	block := false
	h := NewHealth(func() {
		if block {
			<-stuck
		}
	})
	handler := MetricsHandler(NewRegistry("v1"), h)
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	if code, body := get("/readyz"); code != 503 || !strings.Contains(body, "starting") {
		t.Errorf("before Ready: %d %q", code, body)
	}
	h.Ready()
	if code, _ := get("/readyz"); code != 200 {
		t.Errorf("after Ready: %d", code)
	}
	if code, _ := get("/healthz"); code != 200 {
		t.Errorf("alive: %d", code)
	}
	h.NotReady("stopping")
	if code, body := get("/readyz"); code != 503 || !strings.Contains(body, "stopping") {
		t.Errorf("after NotReady: %d %q", code, body)
	}
	block = true
	for range 2 { // the second asks while the first probe hangs
		if code, _ := get("/healthz"); code != 503 {
			t.Errorf("stuck: %d", code)
		}
	}
	close(stuck)
	if _, body := get("/metrics"); !strings.Contains(body, `agent_build_info{version="v1"} 1`) || !strings.Contains(body, "go_goroutines") {
		t.Errorf("metrics: %s", body)
	}
}

func TestServerServesUntilStopped(t *testing.T) {
	s := NewServer("admin", "admin.endpoint", "127.0.0.1:0", nil, Handler(testSource(), ""), slog.New(slog.DiscardHandler))
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + s.Addr().String() + "/status")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if !json.Valid(b) {
		t.Errorf("status is not JSON: %s", b)
	}
	again := NewServer("admin", "admin.endpoint", s.Addr().String(), nil, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	if err := again.Start(t.Context()); err == nil || err.Error() != "admin.endpoint: listen on "+s.Addr().String()+": bind: address already in use: choose another address, or is an agent running already?" {
		t.Errorf("second server on the same port: %v", err)
	}
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := client.Get("http://" + s.Addr().String() + "/status"); err == nil {
		t.Error("served after Stop")
	}
}

func TestPanicOfAHandlerIsNotShown(t *testing.T) {
	var log strings.Builder
	h := recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("alice@example.com") }), slog.New(slog.NewTextHandler(&log, nil)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || strings.Contains(log.String()+w.Body.String(), "alice") || !strings.Contains(log.String(), "type=string") {
		t.Errorf("%d %q, log %q", w.Code, w.Body, log.String())
	}
}
