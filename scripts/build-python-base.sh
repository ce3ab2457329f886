#!/usr/bin/env bash
# Builds the base image of the Python services from Debian packages: bookworm with python3 and CA certificates.
# The image is kept as a tar in the cache, so it is built once per machine. Needs root (debootstrap).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
tar=$PYTHON_BASE_TAR

# What a service in a container never reads.
slim() {
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt "$1"/var/log/* "$1"/usr/share/{doc,man,info,locale,lintian,zoneinfo} \
    "$1"/usr/share/i18n "$1"/debootstrap
  find "$1" -name __pycache__ -type d -prune -exec rm -rf {} +
}

build() {
  [ -s "$tar" ] && return
  if ! command -v debootstrap >/dev/null; then
    install_packages debootstrap
  fi
  say "building the Python base image with debootstrap (about a minute)"
  work=$(mktemp -d "$CACHE/python.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  quietly debootstrap debootstrap --variant=minbase --include=python3,ca-certificates bookworm "$work/root" "$mirror"
  slim "$work/root"
  tar -C "$work/root" --numeric-owner -cf "$work/image.tar" .
  mv "$work/image.tar" "$tar"
}

import() {
  docker image inspect "$PYTHON_BASE_IMAGE" >/dev/null 2>&1 && return
  build
  docker import "$tar" "$PYTHON_BASE_IMAGE" >/dev/null
}

locked python import
