// Package trading asks a running stack of the trading services (deploy/compose/drl-trading.yaml) whether its telemetry
// is whole, moves, and holds nothing private.
//
// It owns nothing: the stack is somebody else's, and every call is a few requests bounded by the context.
package trading

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/drl-trading/telemetry-agent/test/integration/backend"
	"github.com/drl-trading/telemetry-agent/test/integration/seeded"
	"github.com/drl-trading/telemetry-agent/test/integration/stack"
)

// Services are the five services, without the prefix of their names in telemetry.
var Services = []string{"ingest", "preprocessing", "inference", "execution", "training"}

// Name is a service's service.name.
func Name(service string) string { return "drl-trading-" + service }

// Platform is a running stack with its addresses.
type Platform struct {
	Stack      *stack.Stack
	Jaeger     backend.Jaeger
	Prometheus backend.Prometheus

	urls map[string]string // of the services with an HTTP side, and the exchange
}

// Open finds the addresses of a stack that is up.
func Open(ctx context.Context, s *stack.Stack) (*Platform, error) {
	p := &Platform{Stack: s, urls: map[string]string{}}
	for _, service := range []string{"ingest-agent", "preprocessing-agent", "inference-agent", "execution-agent", "exchange"} {
		url, err := s.URL(ctx, service, "8080")
		if err != nil {
			return nil, err
		}
		p.urls[strings.TrimSuffix(service, "-agent")] = url
	}
	var err error
	if p.Jaeger.URL, err = s.URL(ctx, "jaeger", "16686"); err != nil {
		return nil, err
	}
	p.Prometheus.URL, err = s.URL(ctx, "prometheus", "9090")
	return p, err
}

// Customer returns personal data that nobody else has, by the names that trading.careless knows.
func Customer() seeded.Values {
	return seeded.Values{
		"email": seeded.Email(), "card": seeded.Card(), "iban": seeded.IBAN(), "account": seeded.Account(),
		"api_key": seeded.APIKey(), "bearer": seeded.Bearer(),
	}
}

// Sent is what became of a tick at ingest.
type Sent struct {
	TraceID string // 32 hexadecimal digits
	Status  int
	Took    time.Duration
}

// Tick sends a tick of EURUSD, with a trace id of its own, and with a customer's data in its URL unless that is nil.
func (p *Platform) Tick(ctx context.Context, price float64, customer seeded.Values) (Sent, error) {
	query := url.Values{}
	for name, value := range customer {
		query.Set(name, value)
	}
	body, err := json.Marshal(map[string]any{"symbol": "EURUSD", "price": price, "volume": 1})
	if err != nil {
		return Sent{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.urls["ingest"]+"/ticks?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return Sent{}, err
	}
	sent := Sent{TraceID: seeded.Hex(16)}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Traceparent", "00-"+sent.TraceID+"-"+seeded.Hex(8)+"-03")
	start := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return Sent{}, fmt.Errorf("send tick: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return Sent{}, fmt.Errorf("send tick: %w", err)
	}
	sent.Status, sent.Took = resp.StatusCode, time.Since(start)
	return sent, nil
}

// SetFault sets a fault switch of a service, or of the exchange; 0 is off.
func (p *Platform) SetFault(ctx context.Context, service, name, value string) error {
	address := p.urls[service] + "/faults/" + name
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, address, strings.NewReader(value))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("set fault %s of %s: %w", name, service, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("set fault %s of %s: %s", name, service, resp.Status)
	}
	return nil
}

// LastPrice returns the price of the newest tick of EURUSD, 1 without any.
func (p *Platform) LastPrice(ctx context.Context) (float64, error) {
	var answer struct{ Ticks []struct{ Price float64 } }
	if err := getJSON(ctx, p.urls["ingest"]+"/ticks?symbol=EURUSD&limit=1", &answer); err != nil {
		return 0, fmt.Errorf("read last price: %w", err)
	}
	if len(answer.Ticks) == 0 {
		return 1, nil
	}
	return answer.Ticks[0].Price, nil
}

// Trades returns how many trades the database has, by status.
func (p *Platform) Trades(ctx context.Context) (map[string]float64, error) {
	byStatus := map[string]float64{}
	if err := getJSON(ctx, p.urls["execution"]+"/trades", &byStatus); err != nil {
		return nil, fmt.Errorf("count trades: %w", err)
	}
	return byStatus, nil
}

func getJSON(ctx context.Context, address string, to any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(to)
}
