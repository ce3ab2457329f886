#!/usr/bin/env bash
# Makes a Docker engine answer: installs Debian's docker.io where there is none (as root), starts dockerd
# where none runs, waits for it. Does nothing when an engine answers already.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

log=$CACHE/dockerd.log

answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

install_engine() {
  command -v dockerd >/dev/null && command -v docker >/dev/null && return
  install_packages docker.io
  # Debian 13 packs the client on its own.
  command -v docker >/dev/null || install_packages docker-cli
}

# forget_dead removes pid files of an engine that was killed, when their number belongs to no process or another one:
# dockerd would take it for a running engine.
forget_dead() {
  local file
  for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
    [ -e "$file" ] || continue
    grep -qaE '^[^ ]*(dockerd|containerd)' "/proc/$(cat "$file")/cmdline" 2>/dev/null || rm -f "$file"
  done
}

# start PATH_PREFIX: starts dockerd and waits until it answers or ends. The lock's descriptor is closed for it,
# else the engine would hold the lock for its whole life.
start() {
  [ "$(id -u)" = 0 ] || die "no Docker engine answers and dockerd needs root: start it, or set DOCKER_HOST"
  forget_dead
  PATH=$1$PATH setsid dockerd >"$log" 2>&1 </dev/null 9>&- &
  local pid=$! tries=0
  until answers; do
    kill -0 "$pid" 2>/dev/null || return 1
    tries=$((tries + 1))
    [ $tries -lt 300 ] || die "dockerd doesn't answer after 60 s: see $log"
    sleep 0.2
  done
  say "dockerd runs (log: $log)"
}

# legacy_tables prints a folder in which iptables is the legacy one, for kernels without nf_tables' NAT.
legacy_tables() {
  local shim=$CACHE/iptables-legacy name
  mkdir -p "$shim"
  for name in iptables ip6tables; do ln -sf "$(command -v $name-legacy)" "$shim/$name"; done
  echo "$shim"
}

ensure() {
  answers && return
  install_engine
  answers && return
  export PATH=$PATH:/usr/sbin:/sbin
  start "" && return
  say "dockerd ended at its start; trying once more with iptables-legacy"
  start "$(legacy_tables):" || die "start dockerd: see $log"
}

answers || locked docker ensure
