package trading

import (
	"context"
	"fmt"
)

// Places returns all that the agents wrote anywhere outside their pods, by place: traces, metrics, the agents' logs.
func (p *Platform) Places(ctx context.Context) (map[string]string, error) {
	places := map[string]string{}
	for _, service := range Services {
		_, raw, err := p.Jaeger.Traces(ctx, Name(service))
		if err != nil {
			return nil, fmt.Errorf("read traces of %s: %w", service, err)
		}
		places["Jaeger, "+service] = raw
		if places["the log of "+service+"'s agent"], err = p.Stack.Logs(ctx, service+"-agent"); err != nil {
			return nil, err
		}
	}
	var err error
	places["Prometheus"], err = p.Prometheus.Everything(ctx)
	return places, err
}
