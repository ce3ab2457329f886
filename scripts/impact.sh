#!/usr/bin/env bash
# Measures what telemetry costs a service; the tables and the plot go to docs/performance-impact.md.
# Arguments are those of test/impact: impact.sh --rounds 5.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_uv
cd "$ROOT/test/impact"
locked python quietly python-packages uv sync --locked
out=$ROOT/build/impact
uv run --no-sync python -m impact --agent "$ROOT/build/agent" --out "$out" "$@"
cd "$ROOT"
./scripts/docs-block.sh docs/performance-impact.md modes <"$out/modes.md"
[ ! -e "$out/variants.md" ] || ./scripts/docs-block.sh docs/performance-impact.md variants <"$out/variants.md"
cp "$out/impact.svg" docs/performance-impact.svg
cat "$out"/*.md
