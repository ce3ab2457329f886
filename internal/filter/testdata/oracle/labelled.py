"""What the generators of labelled texts have in common: one random source, alphabets, the command line."""

import base64
import json
import random
import string
import sys

from faker import Faker

rng = random.Random()

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UP = string.ascii_uppercase + string.digits


def chars(alphabet, n):
    return "".join(rng.choice(alphabet) for _ in range(n))


def digits(n):
    """A number of n digits."""
    return rng.choice("123456789") + chars(string.digits, n - 1)


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def run(positive, negative):
    """Prints as many texts of each label as the command line says: SEED POSITIVES NEGATIVES."""
    seed, positives, negatives = (int(a) for a in sys.argv[1:4])
    rng.seed(seed)
    random.seed(seed)
    Faker.seed(seed)
    for make, count in ((positive, positives), (negative, negatives)):
        for _ in range(count):
            print(json.dumps(make(), ensure_ascii=False))
