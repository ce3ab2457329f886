#!/usr/bin/env bash
# Puts stdin between a document's markers: docs-block.sh FILE NAME, for the lines
#   <!-- measured: NAME -->
#   <!-- end of measured -->
# Empty input is refused: what made it has failed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

file=$1 name=$2
block=$(mktemp)
trap 'rm -f "$block" "$block.new"' EXIT
cat >"$block"
[ -s "$block" ] || die "$file: nothing to put in block $name"
grep -qF "<!-- measured: $name -->" "$file" || die "$file: has no block $name"
awk -v begin="<!-- measured: $name -->" -v end="<!-- end of measured -->" -v block="$block" '
  $0 == begin { print; while ((getline line < block) > 0) print line; inside = 1; next }
  $0 == end { inside = 0 }
  !inside' "$file" >"$block.new"
cat "$block.new" >"$file"
