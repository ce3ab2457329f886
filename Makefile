# Each target does its own set-up. `make help` lists them.
SHELL       := bash
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS     := -s -w -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
MODULES     := . test/integration test/manifests test/bench

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

.PHONY: build
build: ## build/agent, static
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o build/agent ./cmd/agent

.PHONY: demo
demo: build ## run the agent on its defaults under a built-in load, and print the traces it keeps
	./build/agent demo

.PHONY: test
test: ## everything: linters, unit tests with the race detector, integration tests with Docker
	./scripts/test.sh

.PHONY: unit
unit: ## unit tests of the agent, with the race detector
	go test -race ./...
	go test -run 'AllocatesNothing$$' ./internal/filter

.PHONY: oracle
oracle: ## the privacy filter on texts that Python libraries generate, other ones in each run
	./scripts/oracle.sh

.PHONY: integration
integration: ## tests against the real Jaeger, Prometheus and Python SDK, with Docker
	./scripts/test.sh integration

.PHONY: python
python: ## linters and tests of all Python: library, example, impact; against the real agent
	./scripts/python.sh

.PHONY: integration-trading
integration-trading: ## the integration tests of the trading platform
	./scripts/test.sh trading

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, shellcheck; ruff and mypy
	./scripts/lint.sh '$(STATICCHECK)' $(MODULES)
	./scripts/python.sh lint

.PHONY: bench
bench: ## benchmarks of the way of data: ns, bytes and allocations
	go test -run '^$$' -bench . -benchtime 100ms -benchmem ./internal/...

.PHONY: bench-filter
bench-filter: ## the privacy filter beside contrib's redaction processor on the same spans
	cd test/bench && go run ./filter

.PHONY: bench-sample
bench-sample: ## the sampler beside contrib's tail sampling processor on the same spans
	cd test/bench && go run ./sample

.PHONY: bench-agent
bench-agent: build ## the agent beside an OpenTelemetry Collector that does the same job: CPU a span, memory
	./scripts/bench-agent.sh

.PHONY: performance
performance: ## take all figures of docs/performance.md anew; wants a quiet machine
	./scripts/performance.sh

.PHONY: impact
impact: build ## what telemetry costs a service; writes docs/performance-impact.md and its plot
	./scripts/impact.sh

.PHONY: fuzz
fuzz: ## every fuzz target for a minute
	./scripts/fuzz.sh 1m

.PHONY: figures
figures: build ## binary size, idle memory, time from exec to the first accepted connection
	go run ./test/figures build/agent

.PHONY: image
image: ## the container image telemetry-agent
	./scripts/build-images.sh agent

.PHONY: stack stack-down
stack: ## agent, Python service, Jaeger and Prometheus in containers
	./scripts/stack.sh up
stack-down: ## stop the stack
	./scripts/stack.sh down

.PHONY: stack-trading stack-trading-check stack-trading-down
stack-trading: ## the five trading services, each with its agent, in containers
	./scripts/stack.sh trading up
stack-trading-check: ## prove that the trading stack's telemetry arrives whole and clean
	./scripts/stack.sh trading check
stack-trading-down: ## stop the trading stack
	./scripts/stack.sh trading down
