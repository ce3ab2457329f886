"""Holds the package to what its documents say of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
INSTRUMENTED = {"fastapi", "flask", "requests", "sqlalchemy", "drl-trading-common"}


def test_every_dependency_has_a_reason() -> None:
    named = tomllib.loads((ROOT / "python/drl-trading-common/pyproject.toml").read_text())
    project = named["project"]
    wanted = [*project["dependencies"], *named["dependency-groups"]["dev"]]
    wanted += [each for extra in project["optional-dependencies"].values() for each in extra]
    packages = {re.split(r"[\[<>=]", each)[0] for each in wanted} - INSTRUMENTED
    python = (ROOT / "docs/dependencies.md").read_text().partition("\n## Python\n")[2]
    assert set(re.findall(r"^\| `([^`]+)` \|", python, re.MULTILINE)) == packages
