"""Command line of the measurement."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .measure import Setting, count_calls, measure, peers
from .modes import MODES, VARIANTS
from .plot import plot
from .processes import StartError
from .run import run, schedule
from .table import modes_table, variants_table


def main() -> int:
    """Measures and writes modes.md, variants.md and impact.svg."""
    parser = argparse.ArgumentParser(prog="impact", description="Measures what telemetry costs a service.")
    parser.add_argument("--agent", type=Path, required=True, help="the agent's binary")
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables and the plot")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each mode (default %(default)s)")
    parser.add_argument("--variant-rounds", type=int, default=2, help="of each variant (default %(default)s)")
    parser.add_argument("--requests", type=int, default=400, help="requests of a measurement (default %(default)s)")
    arguments = parser.parse_args()
    variants = VARIANTS if arguments.variant_rounds else ()
    turns = list(schedule(MODES, variants, arguments.rounds, arguments.variant_rounds))
    try:
        with tempfile.TemporaryDirectory() as folder, peers(Path(folder)) as (prices, sink):
            setting = Setting(arguments.agent.resolve(), arguments.requests, prices, sink)
            results = run(turns, lambda mode: measure(mode, setting))
            for mode in (*MODES, *variants):
                results.add_calls(mode, count_calls(mode, setting))
    except (StartError, ValueError, OSError) as error:
        print(f"impact: {error}", file=sys.stderr)
        return 1
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "modes.md").write_text(modes_table(MODES, results))
    if variants:
        (arguments.out / "variants.md").write_text(variants_table(VARIANTS, MODES, results))
    (arguments.out / "impact.svg").write_text(plot(MODES, results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
