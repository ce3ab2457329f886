#!/usr/bin/env bash
# Builds the static prometheus and promtool binaries once per machine and prints their folder.
# The Go module carries no compiled web interface: this Prometheus answers its HTTP API, not its pages.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

folder=$CACHE/prometheus-$PROMETHEUS_VERSION

build() {
  [ -x "$folder/promtool" ] && return
  say "building $PROMETHEUS_MODULE (minutes on a cold Go cache)"
  work=$(mktemp -d "$CACHE/prometheus.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  module_copy "$PROMETHEUS_MODULE" "$work/src"
  mkdir "$work/out"
  # remove_all_sd leaves out service discovery of clouds: most of the dependencies, none of which the stack uses.
  cd "$work/src"
  CGO_ENABLED=0 GOFLAGS=-mod=mod GOWORK=off quietly prometheus-build \
    go build -trimpath -tags remove_all_sd \
    -ldflags "-s -w -X github.com/prometheus/common/version.Version=$PROMETHEUS_VERSION" \
    -o "$work/out/" ./cmd/prometheus ./cmd/promtool
  rm -rf "$folder"
  mv "$work/out" "$folder"
}

locked prometheus build
echo "$folder"
