# Helpers of the scripts in this folder. Source it; it sets the shell's strict mode.
# shellcheck shell=bash
set -euo pipefail

# What takes minutes to build is kept here, once per machine, under a name that carries its version.
CACHE=${TELEMETRY_AGENT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telemetry-agent}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ROOT
mkdir -p "$CACHE"

# image NAME: the image of that name, with its tag, as the compose files have it.
image() { sed -n "s|^ *image: \\($1:.*\\)|\\1|p" "$ROOT"/deploy/compose/*.yaml | sort -u; }

export TELEMETRY_AGENT_IMAGE SERVICE_IMAGE JAEGER_IMAGE PROMETHEUS_IMAGE POSTGRES_IMAGE NATS_IMAGE TRADING_IMAGE PREPROCESSING_IMAGE
TELEMETRY_AGENT_IMAGE=$(image telemetry-agent)
SERVICE_IMAGE=$(image telemetry-agent/first-service)
JAEGER_IMAGE=$(image jaegertracing/jaeger)
PROMETHEUS_IMAGE=$(image prom/prometheus)
POSTGRES_IMAGE=$(image postgres)
NATS_IMAGE=$(image nats)
TRADING_IMAGE=$(image telemetry-agent/drl-trading)
PREPROCESSING_IMAGE=$(image telemetry-agent/drl-trading-preprocessing)
# What build-images.sh makes for the stack of the trading services.
# shellcheck disable=SC2034 # for those who source this
TRADING_IMAGES=(agent jaeger prometheus postgres nats trading)
export PYTHON_BASE_IMAGE=telemetry-agent/python:bookworm PYTHON_BASE_TAR=$CACHE/python-bookworm-1.tar

# The Go modules of the same releases: Jaeger tags version 2 beside its module's 1, Prometheus 3.16.0 as 0.316.0.
export JAEGER_MODULE=github.com/jaegertracing/jaeger@v1.76.0 JAEGER_VERSION=${JAEGER_IMAGE##*:}
export PROMETHEUS_MODULE=github.com/prometheus/prometheus@v0.316.0 PROMETHEUS_VERSION=${PROMETHEUS_IMAGE##*:v}
export NATS_MODULE=github.com/nats-io/nats-server/v2@v${NATS_IMAGE##*:} NATS_VERSION=${NATS_IMAGE##*:}
# The tag is postgres:15-bookworm; Debian's package is postgresql-15.
POSTGRES_VERSION=${POSTGRES_IMAGE##*:}
export POSTGRES_VERSION=${POSTGRES_VERSION%%-*}

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# locked NAME COMMAND...: runs the command while no other caller on this machine holds NAME.
locked() {
  local name=$1; shift
  ( flock 9; "$@" ) 9>"$CACHE/$name.lock"
}

# quietly NAME COMMAND...: runs the command with its output in a log of the cache; shows the log's end when it fails.
quietly() {
  local log=$CACHE/$1.log; shift
  "$@" >"$log" 2>&1 || die "$1: $(tail -n 20 "$log")"
}

# install_packages NAME...: Debian packages, for which this must run as root.
install_packages() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "install $*: needs root on Debian; or install it yourself"
  fi
  say "installing $*"
  quietly apt-update apt-get update
  DEBIAN_FRONTEND=noninteractive quietly apt-install apt-get install -y --no-install-recommends "$@"
}

# need_uv: uv from the PATH, or in a virtual environment of the cache: Debian's Python refuses packages beside its own.
need_uv() {
  # The machine's certificates, as a proxy may need them; uv renamed the variable.
  export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
  command -v uv >/dev/null && return
  [ -x "$CACHE/uv/bin/uv" ] || locked uv install_uv
  export PATH=$CACHE/uv/bin:$PATH
}

install_uv() {
  [ -x "$CACHE/uv/bin/uv" ] && return
  if ! python3 -m venv --clear "$CACHE/uv" 2>/dev/null; then
    install_packages python3-venv
    python3 -m venv --clear "$CACHE/uv"
  fi
  quietly uv "$CACHE/uv/bin/pip" install --disable-pip-version-check uv
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
