#!/usr/bin/env bash
# The compose stacks without a compose plugin: stack.sh [trading] up | down | ps | check. With the word trading, the
# five trading services; check proves them, for which they must be up.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

file=compose project=telemetry-agent images=(agent jaeger prometheus service)
if [ "${1:-}" = trading ]; then
  file=drl-trading project=drl-trading images=("${TRADING_IMAGES[@]}")
  shift
fi
command=${1:-up}
"$ROOT/scripts/ensure-docker.sh"

# compose ARGS...: runs the stack command of test/integration, which carries compose as a library.
compose() {
  (cd "$ROOT/test/integration" && go build -buildvcs=false -o "$ROOT/build/stack" ./cmd/stack)
  "$ROOT/build/stack" -file "$ROOT/deploy/compose/$file.yaml" "$@"
}

case $command in
  up)
    "$ROOT/scripts/build-images.sh" "${images[@]}"
    compose up
    ;;
  down) compose down ;;
  ps) docker ps --all --filter "label=com.docker.compose.project=$project" --format 'table {{.Names}}\t{{.Status}}\t{{.Ports}}' ;;
  check)
    [ "$file" = drl-trading ] || die "check is for the trading services: stack.sh trading check"
    (cd "$ROOT/test/integration" && go build -buildvcs=false -o "$ROOT/build/tradingcheck" ./cmd/tradingcheck)
    "$ROOT/build/tradingcheck" -file "$ROOT/deploy/compose/drl-trading.yaml"
    ;;
  *) die "unknown command $command: want up, down, ps or check" ;;
esac
