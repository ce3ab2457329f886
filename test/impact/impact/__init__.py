"""Measures what telemetry costs a service: python -m impact --help.

Every mode gets a fresh service (and agent), the same requests on one connection, and is measured in turns with the
others, several rounds in one run, so that the drift of the machine meets all. What is compared are ratios within a
round.
"""
