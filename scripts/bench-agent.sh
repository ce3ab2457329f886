#!/usr/bin/env bash
# The agent beside an OpenTelemetry Collector under the same load; the table goes to docs/performance.md.
# Arguments are those of test/bench/agent.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

say "building the Collector (minutes, once)"
(cd test/bench/collector && go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$ROOT/build/collector" .)
(cd test/bench && go build -o "$ROOT/build/bench-agent" ./agent)
./build/bench-agent -agent build/agent -collector build/collector "$@" >build/bench-agent.md
cat build/bench-agent.md
./scripts/docs-block.sh docs/performance.md bench-agent <build/bench-agent.md
