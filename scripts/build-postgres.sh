#!/usr/bin/env bash
# Unpacks Debian's PostgreSQL 15 with the libraries that the Python base image lacks, once per machine, and prints the
# folder: a layer for that image. Nothing is installed: initdb needs no package's scripts. Needs root and apt.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
folder=$CACHE/postgres-$POSTGRES_VERSION-1

# apt ARGS...: an apt that knows the packages of the base image, not those of this machine.
apt() {
  quietly postgres-apt apt-get -q -y -o "Dir::State=$work/state" -o "Dir::State::status=$work/base/var/lib/dpkg/status" \
    -o "Dir::Cache=$work/cache" -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o APT::Sandbox::User=root "$@"
}

# unpack: the server, its tools and their libraries; no JIT compiler, which would be most of the size, and no Perl.
unpack() {
  local package
  for package in "$work"/cache/archives/*.deb; do
    case ${package##*/} in
      libllvm* | libz3* | libperl* | libgdbm* | libjson-perl* | libc-l10n* | postgresql-common* | postgresql-client-common*) ;;
      lib* | postgresql-*) dpkg-deb -x "$package" "$work/root" ;;
    esac
  done
  # /lib is a link in the base image.
  if [ -d "$work/root/lib" ]; then
    mkdir -p "$work/root/usr/lib"
    cp -a "$work/root/lib/." "$work/root/usr/lib/"
    rm -rf "$work/root/lib"
  fi
  rm -rf "$work"/root/usr/share/{doc,man,locale,lintian} "$work"/root/usr/share/postgresql/*/man \
    "$work"/root/usr/lib/postgresql/*/lib/{bitcode,llvmjit*}
}

build() {
  [ -d "$folder" ] && return
  "$ROOT/scripts/build-python-base.sh"
  say "unpacking Debian's PostgreSQL $POSTGRES_VERSION"
  work=$(mktemp -d "$CACHE/postgres.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{base,root,state/lists/partial,cache/archives/partial}
  tar -C "$work/base" -xf "$PYTHON_BASE_TAR" ./var/lib/dpkg ./usr/share/keyrings
  echo "deb [signed-by=$work/base/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$work/sources.list"
  apt update
  apt install --download-only --no-install-recommends "postgresql-$POSTGRES_VERSION"
  unpack
  chmod 755 "$work/root"
  mv "$work/root" "$folder"
}

locked postgres build
echo "$folder"
