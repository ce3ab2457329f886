# Helpers of the scripts in this folder. Source it; it sets the shell's strict mode.
# shellcheck shell=bash
set -euo pipefail

# Versions of what the stack runs beside the agent: Go module, and the public image of the same release.
export JAEGER_MODULE=github.com/jaegertracing/jaeger@v1.76.0
JAEGER_VERSION=2.13.0
export PROMETHEUS_MODULE=github.com/prometheus/prometheus@v0.316.0
PROMETHEUS_VERSION=3.16.0
export JAEGER_IMAGE=jaegertracing/jaeger:$JAEGER_VERSION
export PROMETHEUS_IMAGE=prom/prometheus:v$PROMETHEUS_VERSION
export AGENT_IMAGE=telemetry-agent:dev
export PYTHON_BASE_IMAGE=telemetry-agent/python:bookworm
export SERVICE_IMAGE=telemetry-agent/first-service:dev

# What takes minutes to build is kept here, once per machine, under a name that carries its version.
CACHE=${TELEMETRY_AGENT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telemetry-agent}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ROOT
mkdir -p "$CACHE"

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# locked NAME COMMAND...: runs the command while no other caller on this machine holds NAME.
locked() {
  local name=$1; shift
  ( flock 9; "$@" ) 9>"$CACHE/$name.lock"
}

# module_copy MODULE@VERSION DIR: downloads a Go module and copies it, writable, to DIR: modules with
# replace directives can't be installed by `go install`, and their go.work must not be read.
module_copy() {
  local dir
  dir=$(cd / && GOFLAGS=-mod=mod go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
  [ -n "$dir" ] || die "download module $1: no directory in the answer of go mod download"
  mkdir -p "$2"
  cp -R "$dir/." "$2"
  chmod -R u+w "$2"
  rm -f "$2/go.work" "$2/go.work.sum"
}
