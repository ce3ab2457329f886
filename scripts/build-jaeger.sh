#!/usr/bin/env bash
# Builds the static Jaeger v2 binary once per machine and prints its path.
# The Go module carries no compiled web interface: this Jaeger answers its query API, and a placeholder page at /.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

binary=$CACHE/jaeger-$JAEGER_VERSION/jaeger

build() {
  [ -x "$binary" ] && return
  say "building $JAEGER_MODULE (minutes on a cold Go cache)"
  work=$(mktemp -d "$CACHE/jaeger.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  module_copy "$JAEGER_MODULE" "$work/src"
  local version=github.com/jaegertracing/jaeger/internal/version
  cd "$work/src"
  CGO_ENABLED=0 GOFLAGS=-mod=mod GOWORK=off quietly jaeger-build \
    go build -trimpath -ldflags "-s -w -X $version.latestVersion=v$JAEGER_VERSION" -o "$work/jaeger" ./cmd/jaeger
  mkdir -p "$(dirname "$binary")"
  mv "$work/jaeger" "$binary"
}

locked jaeger build
echo "$binary"
