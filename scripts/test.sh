#!/usr/bin/env bash
# All tests: test.sh [integration | trading]. With the word integration only those that need Docker, with trading only
# those of the trading platform.
# What is missing on the machine is installed by the scripts that need it (as root, on Debian).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

what=${1:-all} packages=./... wanted=()
case $what in
  all | integration) ;;
  trading) packages=./trading wanted=("${TRADING_IMAGES[@]}") ;;
  *) die "unknown argument $what: want integration or trading" ;;
esac

# The images take minutes on a new machine, so they are built while the unit tests run: in a process group of their
# own (set -m), which ends with this script.
images_log=$CACHE/images.log
set -m
./scripts/build-images.sh "${wanted[@]}" >"$images_log" 2>&1 &
images=$!
set +m
trap 'kill -- -$images 2>/dev/null || true' EXIT

if [ "$what" = all ]; then
  make --no-print-directory lint
  go test -race ./...
  go test -run 'AllocatesNothing$' ./internal/filter
  ORACLE_SEED=1 make --no-print-directory oracle # the same texts, but for times of day: what fails must fail again
  (cd test/manifests && go test ./...)
  (cd test/bench && go test ./...)
  ./scripts/python.sh test
fi
wait $images || die "build images: $(tail -n 30 "$images_log")"
trap - EXIT
# One package after the other: each starts as many containers as two cores bear.
(cd test/integration && go test -count=1 -timeout 30m -p 1 "$packages")
