#!/usr/bin/env bash
# Checks of the Python packages: python.sh lint (ruff, mypy), python.sh test (pytest), or both without an argument.
# uv and what uv.lock names are installed when missing. The tests build the agent, so they need Go.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

lint() {
  uv run --no-sync ruff check
  uv run --no-sync ruff format --check
  uv run --no-sync mypy
}
tests() { uv run --no-sync pytest -q; }

need_uv
for folder in python/drl-trading-common examples/drl-trading test/impact; do
  say "$folder"
  cd "$ROOT/$folder"
  locked python quietly python-packages uv sync --locked
  case ${1:-all} in
    lint) lint ;;
    test) tests ;;
    all) lint; tests ;;
    *) die "unknown argument $1: want lint or test" ;;
  esac
done
