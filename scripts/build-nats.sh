#!/usr/bin/env bash
# Builds the static nats-server binary once per machine and prints its path.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

binary=$CACHE/nats-$NATS_VERSION/nats-server

build() {
  [ -x "$binary" ] && return
  say "building $NATS_MODULE"
  work=$(mktemp -d "$CACHE/nats.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  CGO_ENABLED=0 GOBIN=$work GOWORK=off quietly nats-build go install -trimpath -ldflags '-s -w' "$NATS_MODULE"
  mkdir -p "$(dirname "$binary")"
  mv "$work/nats-server" "$binary"
}

locked nats build
echo "$binary"
