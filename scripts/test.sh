#!/usr/bin/env bash
# All tests: test.sh [integration]. With the word only those that need Docker.
# What is missing on the machine is installed by the scripts that need it (as root, on Debian).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# The images take minutes on a new machine, so they are built while the unit tests run: in a process group of their
# own (set -m), which ends with this script.
images_log=$CACHE/images.log
set -m
./scripts/build-images.sh >"$images_log" 2>&1 &
images=$!
set +m
trap 'kill -- -$images 2>/dev/null || true' EXIT

if [ "${1:-}" != integration ]; then
  make --no-print-directory lint
  go test -race ./...
  go test -run 'AllocatesNothing$' ./internal/filter
  ORACLE_SEED=1 make --no-print-directory oracle # always the same texts: what fails must fail again
  (cd test/manifests && go test ./...)
  (cd test/bench && go test ./...)
  ./scripts/python.sh test
fi
wait $images || die "build images: $(tail -n 30 "$images_log")"
trap - EXIT
(cd test/integration && go test -count=1 -timeout 30m ./...)
