#!/usr/bin/env bash
# Takes the figures of docs/performance.md anew. A target that misses its own bounds is shown as it is, and fails this script.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

missed=()

# take TARGET: puts what a make target prints into the document's block of that name.
take() {
  local target=$1 out
  say "make $target"
  out=$(make --no-print-directory -s "$target") || missed+=("$target")
  [ -n "$out" ] || die "make $target: printed nothing"
  printf '```\n%s\n```\n' "$out" | ./scripts/docs-block.sh docs/performance.md "$target"
}

take figures
take bench-filter
take bench-sample
make --no-print-directory bench-agent
[ ${#missed[@]} = 0 ] || die "out of bounds: ${missed[*]}"
