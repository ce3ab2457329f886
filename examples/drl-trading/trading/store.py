"""The feature store: Feast with a registry file and an online store in SQLite, both in one folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
from drl_trading_common.telemetry import feast_op
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64, String

from .faults import DEAD_STORE
from .features import FEATURES

if TYPE_CHECKING:
    from pathlib import Path

    from .faults import Faults
    from .messages import Tick

VIEW = "tick_features"
ENTITY = "symbol"


class Store:
    """The features of each symbol's newest tick. For one thread."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        """Registers the feature view in the folder's store, which is made where there is none."""
        self._faults = faults
        folder.mkdir(parents=True, exist_ok=True)
        self._feast = FeatureStore(
            config=RepoConfig(
                project="drl_trading",
                provider="local",
                registry=str(folder / "registry.db"),
                online_store={"type": "sqlite", "path": str(folder / "online.db")},
                entity_key_serialization_version=3,
            )
        )
        # The offline history isn't used; a view needs a source all the same.
        source = FileSource(name="ticks", path=str(folder / "ticks.parquet"), timestamp_field="event_timestamp")
        symbol = Entity(name=ENTITY, join_keys=[ENTITY], value_type=ValueType.STRING)
        view = FeatureView(
            name=VIEW,
            entities=[symbol],
            ttl=timedelta(days=1),
            # The entity, too: else Feast looks for its type in the source.
            schema=[Field(name=ENTITY, dtype=String), *(Field(name=name, dtype=Float64) for name in FEATURES)],
            source=source,
        )
        with feast_op("apply", view=VIEW):
            self._feast.apply([symbol, view])

    def write(self, tick: Tick, values: dict[str, float]) -> None:
        """Makes values the features of the tick's symbol."""
        row = {ENTITY: tick.symbol, "event_timestamp": datetime.fromtimestamp(tick.at, UTC), **values}
        with feast_op("write_to_online_store", view=VIEW):
            if self._faults[DEAD_STORE]:
                raise ConnectionError("the feature store doesn't answer")
            self._feast.write_to_online_store(VIEW, pd.DataFrame([row]))

    def read(self, symbol: str) -> dict[str, float]:
        """The features of a symbol, as they are stored."""
        with feast_op("get_online_features", view=VIEW):
            names = [f"{VIEW}:{name}" for name in FEATURES]
            answer = self._feast.get_online_features(names, entity_rows=[{ENTITY: symbol}]).to_dict()
        return {name: float(answer[name][0]) for name in FEATURES}
