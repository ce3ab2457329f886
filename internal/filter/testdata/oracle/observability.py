"""Writes what faker-observability-provider makes: log lines, stack traces, spans,
attributes of services without anything private. One JSON object a line, with the
fields of generate.py.

usage: observability.py SEED POSITIVES NEGATIVES (positives: 0)
"""

import json
import sys

from faker import Faker
from faker_observability.provider import ObservabilityProvider

MADE = ["log_line", "stacktrace", "otlp_json", "resource_attributes", "log_record", "span", "traceparent", "tracestate", "container_image", "k8s_pod_name"]


def texts(value, key=""):
    """Yields the texts in a value, each with the key that it stands under."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield from texts(v, str(k))
    elif isinstance(value, (list, tuple)):
        for v in value:
            yield from texts(v, key)
    elif hasattr(value, "__dict__"):
        yield from texts(vars(value), key)
    elif value is not None:
        yield str(value), key


def main():
    seed, _, negatives = (int(a) for a in sys.argv[1:4])
    Faker.seed(seed)
    fake = Faker()
    fake.add_provider(ObservabilityProvider)
    printed = 0
    while True:
        for name in MADE:
            value = getattr(fake, name)()
            whole = [(json.dumps(value, default=str), "")] if isinstance(value, dict) else []
            for text, key in [*whole, *texts(value)]:
                print(json.dumps({"text": text, "kind": "", "secret": "", "source": name, "key": key}, ensure_ascii=False))
                printed += 1
                if printed == negatives:
                    return


if __name__ == "__main__":
    main()
