#!/usr/bin/env bash
# Makes the images of the stacks: build-images.sh [NAME...], all without arguments. The stack of one service has agent,
# jaeger, prometheus and service; the stack of the trading services the first three, postgres, nats and trading.
#
# STACK_PULL=auto (default): pulls public images where a registry answers, else builds all from Go modules,
#   Debian packages and Python wheels; =1: pulls or fails; =0: builds.
# The agent and the services are always built from this tree; the others only when absent, or built from other files of
# deploy/images than there are now.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

pull=${STACK_PULL:-auto}
"$ROOT/scripts/ensure-docker.sh"

# recipe NAME: a hash of the files in deploy/images that image NAME is built from; its label.
recipe() { cat "$ROOT/deploy/images/$1"* | sha256sum | cut -c1-16; }

# have IMAGE NAME: whether the image is there and, if it was built here, from the files that are there now.
have() {
  local made
  made=$(docker image inspect --format '{{index .Config.Labels "telemetry-agent.recipe"}}' "$1" 2>/dev/null) || return
  [ -z "$made" ] || [ "$made" = "$(recipe "$2")" ]
}

# registry_has IMAGE: a quick look whether IMAGE can be pulled.
registry_has() {
  [ "$pull" = 0 ] && return 1
  [ "$pull" = 1 ] || timeout 10 docker manifest inspect "$1" >/dev/null 2>&1
}

# build ARGS...: the classic builder, which every engine and client has; what it builds from scratch needs no network.
build() { DOCKER_BUILDKIT=0 quietly docker-build docker build "$@"; }

# build_recipe NAME IMAGE FOLDER ARGS...: IMAGE by deploy/images/NAME.Dockerfile, from what is in FOLDER.
build_recipe() {
  local name=$1 image=$2 folder=$3
  shift 3
  build --network none --label "telemetry-agent.recipe=$(recipe "$name")" --tag "$image" \
    --file "$ROOT/deploy/images/$name.Dockerfile" "$@" "$folder"
}

image_agent() {
  local stage=$ROOT/build/image version
  version=$(git -C "$ROOT" describe --tags --always --dirty 2>/dev/null || echo dev)
  if registry_has golang:1.26-bookworm; then
    build --build-arg "VERSION=$version" --tag "$TELEMETRY_AGENT_IMAGE" "$ROOT"
    return
  fi
  mkdir -p "$stage"
  (cd "$ROOT" && CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags "-s -w -X main.version=$version" -o "$stage/agent" ./cmd/agent)
  [ -s /etc/ssl/certs/ca-certificates.crt ] || die "no /etc/ssl/certs/ca-certificates.crt: install ca-certificates"
  cp /etc/ssl/certs/ca-certificates.crt "$stage/"
  build --network none --target prebuilt --tag "$TELEMETRY_AGENT_IMAGE" "$ROOT"
}

image_jaeger() {
  have "$JAEGER_IMAGE" jaeger && return
  if registry_has "$JAEGER_IMAGE"; then docker pull -q "$JAEGER_IMAGE" >/dev/null; return; fi
  local binary
  binary=$("$ROOT/scripts/build-jaeger.sh")
  build_recipe jaeger "$JAEGER_IMAGE" "$(dirname "$binary")"
}

image_prometheus() {
  have "$PROMETHEUS_IMAGE" prometheus && return
  if registry_has "$PROMETHEUS_IMAGE"; then docker pull -q "$PROMETHEUS_IMAGE" >/dev/null; return; fi
  local folder
  folder=$("$ROOT/scripts/build-prometheus.sh")
  mkdir -p "$folder/data"
  build_recipe prometheus "$PROMETHEUS_IMAGE" "$folder"
}

image_postgres() {
  have "$POSTGRES_IMAGE" postgres && return
  if registry_has "$POSTGRES_IMAGE"; then docker pull -q "$POSTGRES_IMAGE" >/dev/null; return; fi
  "$ROOT/scripts/build-python-base.sh"
  local folder
  folder=$("$ROOT/scripts/build-postgres.sh")
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  cp -al "$folder" "$stage/root" 2>/dev/null || cp -a "$folder" "$stage/root"
  cp "$ROOT/deploy/images/postgres-start.sh" "$stage/"
  build_recipe postgres "$POSTGRES_IMAGE" "$stage" --build-arg "PYTHON_IMAGE=$PYTHON_BASE_IMAGE"
}

image_nats() {
  have "$NATS_IMAGE" nats && return
  if registry_has "$NATS_IMAGE"; then docker pull -q "$NATS_IMAGE" >/dev/null; return; fi
  local folder
  folder=$(dirname "$("$ROOT/scripts/build-nats.sh")")
  mkdir -p "$folder/data"
  build_recipe nats "$NATS_IMAGE" "$folder"
}

# unpack_packages LOCK DIR: the Python packages of a lock file, as wheels for the image's Python, unpacked in DIR.
unpack_packages() {
  [ -d "$2" ] && return
  need_uv
  local work
  work=$(mktemp -d "$2.XXXXXX")
  uv pip install --quiet --python-version 3.11 --python-platform linux --target "$work" \
    --only-binary :all: --require-hashes -r "$1"
  mv "$work" "$2"
}

image_service() {
  local source=$ROOT/examples/first-service
  if registry_has python:3.11-slim-bookworm; then
    build --tag "$SERVICE_IMAGE" "$source"
    return
  fi
  "$ROOT/scripts/build-python-base.sh"
  local lock=$source/requirements.lock packages
  packages=$CACHE/packages-$(sha256sum "$lock" | cut -c1-16)
  locked packages unpack_packages "$lock" "$packages"
  stage=$(mktemp -d)
  trap 'rm -rf "$stage"' EXIT
  cp "$source/app.py" "$source/Dockerfile" "$stage/"
  cp -a "$packages" "$stage/site"
  build --network none --build-arg "PYTHON_IMAGE=$PYTHON_BASE_IMAGE" --target prebuilt --tag "$SERVICE_IMAGE" "$stage"
}

# compiled LOCK DIR: unpack_packages without tests, and with byte code by the image's Python: the containers can't write
# any, and Feast takes long to read without.
compiled() {
  [ -d "$2" ] && return
  rm -rf "$2.new"
  unpack_packages "$1" "$2.new"
  find "$2.new" -type d -name tests -prune -exec rm -rf {} +
  docker run --rm --network none --volume "$2.new:/site" --entrypoint python3 "$python" \
    -m compileall -q -j 0 --invalidation-mode unchecked-hash /site
  mv "$2.new" "$2"
}

# trading_image TAG EXPORT_ARGS...: the trading services with the packages that uv exports from their lock file.
trading_image() {
  local tag=$1 source=$ROOT/examples/drl-trading lock packages
  shift
  lock=$(mktemp "$CACHE/trading-lock.XXXXXX")
  uv export --quiet --frozen --no-header --no-dev --no-emit-project --no-emit-package drl-trading-common \
    --project "$source" --output-file "$lock" "$@" >/dev/null
  packages=$CACHE/packages-compiled-$(cat "$lock" <(echo "$python") | sha256sum | cut -c1-16)
  locked packages-compiled compiled "$lock" "$packages"
  rm -f "$lock"
  mkdir -p "$stage"
  cp -al "$packages" "$stage/site" 2>/dev/null || cp -a "$packages" "$stage/site"
  cp -r "$source/trading" "$ROOT/python/drl-trading-common/src/drl_trading_common" "$source/Dockerfile" "$stage/"
  build --network none --build-arg "PYTHON_IMAGE=$python" --tag "$tag" "$stage"
  rm -rf "$stage"
}

image_trading() {
  python=python:3.11-slim-bookworm
  if ! registry_has "$python"; then
    "$ROOT/scripts/build-python-base.sh"
    python=$PYTHON_BASE_IMAGE
  fi
  need_uv
  # In the cache, so that packages are linked into it and not copied.
  stage=$CACHE/trading-stage
  rm -rf "$stage"
  trap 'rm -rf "$stage"' EXIT
  trading_image "$TRADING_IMAGE"
  trading_image "$PREPROCESSING_IMAGE" --extra feast
}

[ $# -gt 0 ] || set -- agent jaeger prometheus service postgres nats trading
for image; do
  case $image in
    agent | jaeger | prometheus | service | postgres | nats | trading) locked "image-$image" "image_$image" ;;
    *) die "unknown image $image: want agent, jaeger, prometheus, service, postgres, nats or trading" ;;
  esac
done
