package scrape

import (
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

const (
	targetInfo = "target_info"
	targetHelp = "Attributes of the resource."
)

// targetKey is what Prometheus calls a target: job is service.namespace/service.name,
// or service.name alone, instance is service.instance.id (OpenTelemetry
// specification, Prometheus and OpenMetrics compatibility, resource attributes).
type targetKey struct{ job, instance string }

// target is what target_info says about a resource.
type target struct {
	labels  []label // without job and instance
	size    int64   // of them, in bytes
	updated time.Time
}

func targetOf(resource pcommon.Resource) (k targetKey) {
	text := func(key string) string {
		if v, ok := resource.Attributes().Get(key); ok {
			return valid(v.AsString())
		}
		return ""
	}
	k.job, k.instance = text("service.name"), text("service.instance.id")
	if namespace := text("service.namespace"); namespace != "" && k.job != "" {
		k.job = namespace + "/" + k.job
	}
	return k
}

// labels returns what each series of the target has.
func (k targetKey) labels() (l []label) {
	if k.job != "" {
		l = append(l, label{name: labelJob, value: k.job})
	}
	if k.instance != "" {
		l = append(l, label{name: labelInstance, value: k.instance})
	}
	return l
}

// describe takes the other attributes of the resource for target_info. There is
// one for each target, so the newest wins: two would match a series twice. A
// resource without further attributes doesn't replace it.
func (p *Page) describe(k targetKey, resource pcommon.Resource, now time.Time) {
	if k == (targetKey{}) {
		return
	}
	have := p.targets[k]
	if have != nil {
		have.updated = now
	} else if len(p.targets) >= p.options.MaxSeries {
		return
	}
	labels := p.names.appendLabels(nil, "", resource.Attributes())
	labels = slices.DeleteFunc(labels, func(l label) bool {
		return l.key == "service.name" || l.key == "service.namespace" || l.key == "service.instance.id"
	})
	made := &target{labels: labels, size: int64(len(k.job) + len(k.instance)), updated: now}
	for _, l := range labels {
		made.size += int64(len(l.name) + len(l.value))
	}
	left := p.options.MaxBytes - p.bytes
	if have != nil {
		left += have.size
	}
	if len(labels) == 0 || made.size > left {
		return
	}
	made.labels = merge(labels)
	p.targets[k] = made
	p.bytes = p.options.MaxBytes - left + made.size
}

// targetFamily returns target_info, nil if there is nothing to say.
func (p *Page) targetFamily() *dto.MetricFamily {
	if len(p.targets) == 0 {
		return nil
	}
	f := &dto.MetricFamily{Name: new(targetInfo), Help: new(targetHelp), Type: dto.MetricType_GAUGE.Enum()}
	for k, t := range p.targets {
		labels := merge(append(k.labels(), t.labels...))
		f.Metric = append(f.Metric, &dto.Metric{Label: pairs(labels), Gauge: &dto.Gauge{Value: new(1.0)}})
	}
	sortMetrics(f.Metric)
	return f
}
