"""Five trading services in small: ingest, preprocessing, inference, execution, training.

Each is a module that runs by `python -m trading.<name>`. Around them stand two that have no telemetry, as they are the
world outside: `load`, the source of market ticks, and `exchange`, the venue.
"""
