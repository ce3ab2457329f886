#!/bin/sh
# Makes the database of POSTGRES_DB with its owner POSTGRES_USER and POSTGRES_PASSWORD where there is none, and serves it.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  umask 077
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-sync --username="$POSTGRES_USER" --pwfile=/tmp/password >/dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  # One statement to a server that listens nowhere.
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | postgres --single -j -c fsync=off postgres >/dev/null
fi
# The time zones of the system were left out of the image; JIT needs a compiler that was left out, too.
exec postgres -c listen_addresses='*' -c timezone=GMT -c log_timezone=GMT -c jit=off
