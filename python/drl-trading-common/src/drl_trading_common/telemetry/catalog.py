"""The metrics of the trading services, each declared once: name, unit, buckets, allowed labels.

The instrumentations record those of INSTRUMENTED, and process.* and cpython.gc.*, which have no labels of ours. A label
takes few values: no id, no name of a person, no free text.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLISECONDS_TO_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MILLISECONDS_TO_MINUTES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

PREFIX = "drl."
"""Begins the names of our own metrics, and of the attributes that spans and log records get by keyword."""

SYMBOL = "symbol"
DESTINATION = "messaging.destination.name"
ERROR_TYPE = "error.type"
OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that a service may record.

    Attributes:
        name: The OpenTelemetry name; Prometheus shows it with underscores and the unit.
        unit: UCUM: "s", or "{thing}" for counts.
        description: One line for people.
        labels: The labels it may carry. "symbol" takes values of TelemetryConfig.symbols only.
    """

    name: str
    unit: str
    description: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counter(Metric):
    """Only grows."""


@dataclass(frozen=True, slots=True)
class Gauge(Metric):
    """The latest value."""


@dataclass(frozen=True, slots=True)
class Histogram(Metric):
    """A distribution over buckets, whose upper bounds are in the metric's unit."""

    buckets: tuple[float, ...] = MILLISECONDS_TO_SECONDS


# Their counts are the requests. Names and labels of the semantic conventions for HTTP.
HTTP_SERVER_DURATION = Histogram(
    "http.server.request.duration",
    "s",
    "Requests served.",
    ("http.request.method", "http.route", "http.response.status_code", "url.scheme", ERROR_TYPE),
)
HTTP_CLIENT_DURATION = Histogram(
    "http.client.request.duration",
    "s",
    "Requests made.",
    ("http.request.method", "server.address", "server.port", "http.response.status_code", ERROR_TYPE),
)

REQUEST_ERRORS = Counter("drl.request.errors", "{error}", "Requests answered with 5xx or an exception.", (ERROR_TYPE,))

TRADES = Counter(
    "drl.trades", "{trade}", "Orders sent to a venue, by what became of them.", ("side", "status", "venue", SYMBOL)
)
TRADE_DURATION = Histogram(
    "drl.trade.duration", "s", "From the decision to the venue's answer.", ("venue", "status", ERROR_TYPE)
)

PREDICTIONS = Counter("drl.predictions", "{prediction}", "Predictions made.", ("action", "model.version", SYMBOL))
PREDICTION_DURATION = Histogram("drl.prediction.duration", "s", "One run of the policy.", ("model.version", ERROR_TYPE))

QUEUE_DEPTH = Gauge("drl.queue.depth", "{message}", "Messages that wait to be processed.", (DESTINATION,))
QUEUE_DELAY = Histogram(
    "drl.queue.delay",
    "s",
    "From publishing a message to the start of its processing.",
    (DESTINATION,),
    MILLISECONDS_TO_MINUTES,
)
# Name of the semantic conventions for messaging.
MESSAGE_DURATION = Histogram(
    "messaging.process.duration", "s", "Processing of a message or a batch.", (DESTINATION, OUTCOME, ERROR_TYPE)
)

FEATURE_DURATION = Histogram(
    "drl.feature.compute.duration", "s", "Computation of a feature set.", ("feature", "timeframe", ERROR_TYPE)
)
FEATURES = Counter("drl.features.computed", "{feature}", "Feature values computed.", ("feature", "timeframe"))
FEAST_DURATION = Histogram(
    "drl.feast.operation.duration", "s", "Calls of the feature store.", ("operation", "view", OUTCOME, ERROR_TYPE)
)

PREPROCESS_HEALTH = Gauge("drl.preprocess.health", "1", "1 while the pipeline computes features, else 0.")
PREPROCESS_LAG = Gauge("drl.preprocess.lag", "s", "Age of the newest tick whose features are stored.", (SYMBOL,))

TRAINING_EPISODES = Counter("drl.training.episodes", "{episode}", "Episodes ended.", ("algorithm",))
TRAINING_REWARD = Gauge("drl.training.reward", "1", "Reward of the latest episode.", ("algorithm",))

DROPPED_LABELS = Counter(
    "drl.telemetry.dropped_labels", "{label}", "Labels left out because their metric doesn't allow them.", ("metric",)
)

INSTRUMENTED: tuple[Histogram, ...] = (HTTP_SERVER_DURATION, HTTP_CLIENT_DURATION)
"""Recorded by the instrumentations, held to this table by views."""

CATALOG: tuple[Metric, ...] = (
    *INSTRUMENTED,
    REQUEST_ERRORS,
    TRADES,
    TRADE_DURATION,
    PREDICTIONS,
    PREDICTION_DURATION,
    QUEUE_DEPTH,
    QUEUE_DELAY,
    MESSAGE_DURATION,
    FEATURE_DURATION,
    FEATURES,
    FEAST_DURATION,
    PREPROCESS_HEALTH,
    PREPROCESS_LAG,
    TRAINING_EPISODES,
    TRAINING_REWARD,
    DROPPED_LABELS,
)
