#!/usr/bin/env bash
# The compose stack without a compose plugin: stack.sh up | down | ps.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

command=${1:-up}
"$ROOT/scripts/ensure-docker.sh"

# compose ARGS...: runs the stack command of test/integration, which carries compose as a library.
compose() {
  (cd "$ROOT/test/integration" && go build -buildvcs=false -o "$ROOT/build/stack" ./cmd/stack)
  "$ROOT/build/stack" -file "$ROOT/deploy/compose/compose.yaml" "$@"
}

case $command in
  up)
    "$ROOT/scripts/build-images.sh"
    compose up
    ;;
  down) compose down ;;
  ps) docker ps --all --filter label=com.docker.compose.project=telemetry-agent --format 'table {{.Names}}\t{{.Status}}\t{{.Ports}}' ;;
  *) die "unknown command $command: want up, down or ps" ;;
esac
