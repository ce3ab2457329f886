"""Writes labelled texts for the filter's tests, one JSON object a line.

A positive holds a value that is private by an independent library: Faker,
schwifty, phonenumbers or python-stdnum made it, in a sentence, a log line, a URL,
JSON or SQL, raw or encoded. A negative holds values that look alike and are not:
identifiers, prices, times, versions, hashes. Fields: text, kind ("" for a
negative), secret (what must not be in the output), source, key (of the attribute,
"" for a log body).

usage: generate.py SEED POSITIVES NEGATIVES
"""

import base64
import json
import string
import urllib.parse
import uuid
from datetime import datetime, timedelta, timezone

import phonenumbers
import schwifty
from faker import Faker
from stdnum import luhn
from stdnum.us import ssn as stdnum_ssn

from labelled import ALNUM, HEX, UP, b64url, chars, digits, rng, run

fakers = {}


def fake(locale="en_US"):
    if locale not in fakers:
        fakers[locale] = Faker(locale)
    return fakers[locale]


# Values that are private, by kind.

CARD_TYPES = ["visa16", "visa13", "visa19", "mastercard", "amex", "discover", "diners", "jcb15", "jcb16", "maestro"]


def card():
    number = fake().credit_card_number(card_type=rng.choice(CARD_TYPES))
    assert luhn.is_valid(number)
    if len(number) not in (15, 16) or rng.random() < 0.5:
        return number, "Faker credit_card_number"
    sep = rng.choice([" ", "-"])
    if len(number) == 16:
        parts = [number[i : i + 4] for i in range(0, 16, 4)]
    else:
        parts = [number[:4], number[4:10], number[10:]]
    return sep.join(parts), "Faker credit_card_number, grouped"


IBAN_COUNTRIES = "DE FR GB NL BE AT ES IT PT PL CH SE NO DK FI IE LU CZ SK HU RO BG HR SI LT LV EE GR MT CY TR SA AE IL UA RS".split()


def iban():
    value = schwifty.IBAN.random(random=rng, country_code=rng.choice(IBAN_COUNTRIES))
    return (value.formatted if rng.random() < 0.4 else value.compact), "schwifty IBAN.random"


def ssn():
    while True:
        value = fake().ssn()
        if stdnum_ssn.is_valid(value):
            return value, "Faker ssn, valid by python-stdnum"


LOCALES = ["en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "sv_SE", "pt_BR", "ja_JP", "cs_CZ", "en_GB"]


def email():
    f = fake(rng.choice(LOCALES))
    value = rng.choice([f.email, f.safe_email, f.company_email, f.free_email, f.ascii_email])()
    if rng.random() < 0.15:
        local, host = value.split("@")
        value = f"{local}+{f.word()}@{host}".replace(" ", "")
    return value, "Faker email"


def phone():
    while True:
        region = rng.choice(sorted(phonenumbers.SUPPORTED_REGIONS))
        kind = rng.choice([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE])
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        text = str(number.national_number)
        varied = phonenumbers.PhoneNumber(
            country_code=number.country_code,
            national_number=int(text[:-3] + "".join(rng.choice(string.digits) for _ in range(3))),
            italian_leading_zero=number.italian_leading_zero,
        )
        if phonenumbers.is_valid_number(varied):
            number = varied
        form = rng.choice([phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL])
        return phonenumbers.format_number(number, form), "phonenumbers example_number_for_type"


def national_phone():
    number = phonenumbers.example_number(rng.choice(["US", "DE", "GB", "FR", "IT", "ES", "JP", "BR", "IN", "AU", "NL"]))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL), "phonenumbers, national form"


def jwt():
    head = {"alg": rng.choice(["HS256", "RS256", "ES256", "none"]), "typ": "JWT"}
    if rng.random() < 0.4:
        head = {"kid": uuid.UUID(int=rng.getrandbits(128)).hex, **head}
    body = {"sub": str(rng.getrandbits(32)), "iat": 1700000000 + rng.getrandbits(24), "name": fake().name()}
    return ".".join([b64url(json.dumps(head).encode()), b64url(json.dumps(body).encode()), b64url(rng.randbytes(32))]), "RFC 7519"


VENDOR = [
    ("github", lambda: "ghp_" + chars(ALNUM, 36)),
    ("github", lambda: "github_pat_" + chars(ALNUM, 22) + "_" + chars(ALNUM, 59)),
    ("gitlab", lambda: "glpat-" + chars(ALNUM + "_-", 19) + chars(ALNUM, 1)),
    ("aws", lambda: "AKIA" + chars(string.ascii_uppercase + "234567", 16)),
    ("google", lambda: "AIza" + chars(ALNUM + "_-", 34) + chars(ALNUM, 1)),
    ("slack", lambda: f"xoxb-{chars(string.digits, 12)}-{chars(string.digits, 12)}-{chars(ALNUM, 24)}"),
    ("slack", lambda: "https://hooks.slack.com/services/T" + chars(UP, 8) + "/B" + chars(UP, 10) + "/" + chars(ALNUM, 24)),
    ("stripe", lambda: rng.choice(["sk_live_", "sk_test_", "rk_live_"]) + chars(ALNUM, 24)),
    ("sendgrid", lambda: "SG." + chars(ALNUM, 22) + "." + chars(ALNUM, 43)),
    ("npm", lambda: "npm_" + chars(ALNUM, 36)),
    ("openai", lambda: "sk-" + chars(ALNUM, 20) + "T3BlbkFJ" + chars(ALNUM, 20)),
    ("openai", lambda: "sk-proj-" + chars(ALNUM, 74) + "T3BlbkFJ" + chars(ALNUM, 74)),
    ("anthropic", lambda: "sk-ant-api03-" + chars(ALNUM + "_-", 93) + "AA"),
    ("huggingface", lambda: "hf_" + chars(string.ascii_letters, 34)),
    ("digitalocean", lambda: "dop_v1_" + chars(HEX, 64)),
    ("twilio", lambda: "SK" + chars(HEX, 32)),
    ("telegram", lambda: chars("123456789", 9) + ":AA" + chars(ALNUM + "_-", 32) + chars(ALNUM, 1)),
    ("vault", lambda: "hvs." + chars(ALNUM, 24)),
    ("databricks", lambda: "dapi" + chars(HEX, 32)),
    ("newrelic", lambda: "NRAK-" + chars(UP, 27)),
    ("shopify", lambda: "shpat_" + chars(HEX, 32)),
    ("pypi", lambda: "pypi-AgEIcHlwaS5vcmc" + chars(ALNUM + "_-", 60) + chars(ALNUM, 1)),
    ("grafana", lambda: "glsa_" + chars(ALNUM, 32) + "_" + chars(HEX, 8)),
    ("linear", lambda: "lin_api_" + chars(ALNUM, 40)),
    ("postman", lambda: "PMAK-" + chars(HEX, 24) + "-" + chars(HEX, 34)),
    ("mailgun", lambda: "key-" + chars(HEX, 32)),
    ("discord", lambda: "https://discord.com/api/webhooks/" + chars(string.digits, 18) + "/" + chars(ALNUM, 68)),
    ("heroku", lambda: "HRKU-" + str(uuid.UUID(int=rng.getrandbits(128)))),
    ("azure", lambda: chars(ALNUM, 3) + rng.choice(string.digits) + "Q~" + chars(ALNUM + "_.-", 33) + chars(ALNUM, 1)),
]


def vendor():
    name, make = rng.choice(VENDOR)
    value = make()
    secret = value.split("/")[-1] if value.startswith("https://") else value
    return value, "form of " + name + ", from its documentation", secret


def password():
    return rng.choice([fake().password(length=rng.randint(8, 16)), fake().password(length=10, special_chars=False), chars(ALNUM, rng.randint(8, 20)), fake().word() + str(rng.randint(10, 9999))])


def token():
    return rng.choice([chars(HEX, 32), chars(ALNUM, rng.randint(20, 40)), str(uuid.UUID(int=rng.getrandbits(128))), chars(HEX, 40)])


SAFE_PASSWORD = str.maketrans("", "", "\"'\\&;,#%<>{}[]()|=+/?@:` $")


def telling():
    """A key that tells, and its value, in one of the forms in which they are logged."""
    word = password().translate(SAFE_PASSWORD) or "hunter2x"
    key = rng.choice(["password", "passwd", "pwd", "db_password", "userPassword", "PASSWORD", "secret", "client_secret", "api_key", "apiKey", "X-Api-Key", "access_token", "refresh_token", "auth_token", "private_key", "passphrase"])
    if "token" in key or "key" in key.lower():
        word = token()
    form = rng.choice(["{k}={v}", "{k}: {v}", '"{k}": "{v}"', "'{k}': '{v}'", "{k}='{v}'", '{k}="{v}"', "{k} = {v}", '{{"user":"x","{k}":"{v}"}}', "?a=1&{k}={v}&b=2", "<{k}>{v}</{k}>", "--{k} {v}", '{{\\"{k}\\":\\"{v}\\"}}'])
    if form.startswith("--"):
        key = key.lower().replace("_", "-")
    return form.format(k=key, v=word), "own: key and value", word


def bearer():
    value = rng.choice([jwt()[0], token(), chars(ALNUM, 40)])
    return rng.choice(["Bearer ", "bearer ", "Authorization: Bearer ", '"Authorization": "Bearer ']) + value, "RFC 6750", value


def basic():
    pair = fake().user_name() + ":" + password()
    value = base64.b64encode(pair.encode()).decode()
    return rng.choice(["Basic ", "Authorization: Basic ", "authorization=Basic "]) + value, "RFC 7617", value


def userinfo():
    word = password().translate(SAFE_PASSWORD) or "hunter2x"
    scheme = rng.choice(["postgres", "postgresql", "mysql", "amqp", "redis", "mongodb+srv", "https", "ftp", "kafka"])
    user = rng.choice(["app", "admin", fake().user_name(), ""])
    return f"{scheme}://{user}:{word}@{rng.choice(['db', 'cache.internal', 'h.example.com'])}:{rng.randint(1024, 9999)}/x", "RFC 3986, userinfo", word


def signed_url():
    value = chars(HEX, 64)
    name = rng.choice(["X-Amz-Signature", "sig", "Signature", "X-Goog-Signature", "token", "access_token", "api_key"])
    return f"https://bucket.example.com/a/b.pdf?x=1&{name}={value}&y=2", "OpenTelemetry semantic conventions, url.full", value


def pem():
    body = "\n".join(chars(ALNUM + "+/", 64) for _ in range(5))
    kind = rng.choice(["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----", "RFC 7468", body.split("\n")[2]


def account():
    number = rng.choice(["U" + chars(string.digits, 7), "ACC-" + chars(string.digits, 8), chars(string.digits, 10), "DU" + chars(string.digits, 6)])
    form = rng.choice(["account_id={v}", "accountNumber: {v}", '"account": "{v}"', "account {v}", "acct no. {v}", "trading_account={v}", "8=FIX.4.4|9=120|35=D|49=BUY|56=SELL|1={v}|55=EURUSD|54=1|10=042|"])
    return form.format(v=number), "own: account identifiers; FIX 4.4 field 1", number


POSITIVE = {
    "card": (card, 14), "iban": (iban, 10), "ssn": (ssn, 8), "email": (email, 16), "phone": (phone, 10), "jwt": (jwt, 5),
    "secret": (vendor, 14), "pair": (telling, 14), "bearer": (bearer, 4), "basic": (basic, 4), "url": (userinfo, 5),
    "signed": (signed_url, 4), "private_key": (pem, 3), "account": (account, 6),
}

SENTENCES = [
    "{}", "user {} logged in", "payment failed for {}", "Error: could not process {} (retry 3/5)", "value={}", "got '{}' from upstream",
    '{{"message": "rejected {}", "code": 42}}', "INFO 2026-05-01 12:00:00 handler - customer {} updated", "ValueError: invalid literal: {}",
    "[worker-7] sent to {}, took 12ms", "contact:{}", "{} is not valid", "x;{};y", "<to>{}</to>", "({})", "detail: {}.",
]


def encode(text, secret):
    """Returns the text in one of the encodings that are looked through."""
    how = rng.random()
    if how < 0.72:
        return text, ""
    if how < 0.80:
        return "https://api.example.com/v1/find?q=" + urllib.parse.quote(text, safe="") + "&page=2", "percent-encoded"
    if how < 0.86:
        return json.dumps({"event": "x", "payload": text}), "in JSON"
    if how < 0.91:
        return json.dumps({"outer": json.dumps({"inner": text})}), "in JSON in JSON"
    if how < 0.95:
        return "".join(f"\\u{ord(c):04x}" if not c.isalnum() and ord(c) < 0x10000 else c for c in text), "unicode-escaped"
    if how < 0.97:
        return urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""), "percent-encoded twice"
    return text.translate({ord(d): ord(d) - ord("0") + 0xFF10 for d in string.digits}), "fullwidth digits"


def positive():
    kinds = list(POSITIVE)
    kind = rng.choices(kinds, [POSITIVE[k][1] for k in kinds])[0]
    made = POSITIVE[kind][0]()
    value, source = made[0], made[1]
    secret = made[2] if len(made) > 2 else value
    text = value if kind in ("pair", "private_key", "account") else rng.choice(SENTENCES).format(value)
    text, encoding = encode(text, secret)
    if encoding == "fullwidth digits":
        secret = secret.translate({ord(d): ord(d) - ord("0") + 0xFF10 for d in string.digits})
    if secret not in text:  # encoded: look for the longest piece that stayed
        pieces = "".join(c if c.isalnum() and c.isascii() else " " for c in secret).split() or [secret]
        secret = max(pieces, key=len)
        if len(secret) < 4 or secret not in text or secret in "https://api.example.com/":
            return positive()
    return {"text": text, "kind": kind, "secret": secret, "source": source + (", " + encoding if encoding else ""), "key": ""}


# Values that are not private.


def when():
    return datetime(2024, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rng.randint(0, 80_000_000), microseconds=rng.randint(0, 999_999))


def not_luhn(n):
    while True:
        value = digits(n)
        if not luhn.is_valid(value):
            return value


def money():
    return f"{rng.randint(0, 99999)}.{rng.randint(0, 99):02d}"


NEGATIVE = [
    lambda: str(uuid.UUID(int=rng.getrandbits(128))),
    lambda: f"trace_id={chars(HEX, 32)} span_id={chars(HEX, 16)}",
    lambda: f"00-{chars(HEX, 32)}-{chars(HEX, 16)}-01",
    lambda: chars(HEX, 40), lambda: "sha256:" + chars(HEX, 64), lambda: "git commit " + chars(HEX, 7),
    lambda: str(int(when().timestamp())), lambda: str(int(when().timestamp() * 1000)),
    lambda: str(int(when().timestamp() * 1_000_000)), lambda: str(int(when().timestamp() * 1_000_000) * 1000 + rng.randint(0, 999)),
    lambda: when().isoformat(), lambda: when().strftime("%Y%m%d%H%M%S"), lambda: when().strftime("%d/%b/%Y:%H:%M:%S +0000"),
    lambda: when().strftime("%a, %d %b %Y %H:%M:%S GMT"), lambda: f"v{rng.randint(0, 9)}.{rng.randint(0, 30)}.{rng.randint(0, 99)}-rc.{rng.randint(1, 9)}",
    lambda: f"pkg@{rng.randint(0, 9)}.{rng.randint(0, 30)}.{rng.randint(0, 99)}", lambda: "order " + not_luhn(16), lambda: "order_id=" + not_luhn(rng.randint(10, 19)),
    lambda: f"ORD-{when():%Y%m%d}-{digits(6)}", lambda: f"price={money()} qty={rng.randint(1, 9999)} symbol=EURUSD",
    lambda: f"bid {money()} ask {money()} spread 0.{digits(16)}", lambda: f"pnl={rng.uniform(-1e6, 1e6)!r}", lambda: f"loss: 0.{digits(17)} acc: 0.{digits(15)}",
    lambda: f"tensor([{', '.join(f'{rng.gauss(0, 1):.6f}' for _ in range(6))}])", lambda: f"{rng.uniform(0, 1e-5):.12e}",
    lambda: f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}:{rng.randint(1024, 65535)}",
    lambda: f"GET /api/v1/orders/{digits(8)}/items?page={rng.randint(1, 9)}&limit=50 HTTP/1.1 200 {rng.randint(100, 99999)} {rng.randint(1, 999)}ms",
    lambda: f"http://svc-{rng.randint(1, 9)}.default.svc.cluster.local:8080/healthz", lambda: f"https://cdn.example.com/img/icon@2x.png?v={digits(10)}",
    lambda: f"SELECT id, name FROM orders WHERE id = $1 AND status = ${rng.randint(2, 9)}", lambda: "INSERT INTO t (a, b) VALUES (?, ?)",
    lambda: f"gen_ai.usage.input_tokens={rng.randint(1, 9999)} gen_ai.usage.output_tokens={rng.randint(1, 9999)}",
    lambda: f"max_tokens={rng.randint(1, 9999)} token_count: {rng.randint(1, 999)} tokens", lambda: "auth=ok token_type=bearer grant_type=client_credentials",
    lambda: f"primary_key=id partition_key=symbol routing_key=orders.eu cache_key=user:{rng.randint(1, 9999)}",
    lambda: f"password_reset=true password_changed_at={when():%Y-%m-%d}", lambda: "invalid token: signature has expired", lambda: "password: must be at least 8 characters",
    lambda: "secret_name=db-credentials secret_version=AWSCURRENT", lambda: "401 Unauthorized: missing bearer token", lambda: "Basic authentication required",
    lambda: f"account_type=margin accounts={rng.randint(1, 99)} account_status=active", lambda: f"cloud.account.id={digits(12)} cloud.region=eu-central-1",
    lambda: f"arn:aws:iam::{digits(12)}:role/worker", lambda: f"ami-{chars(HEX, 17)} i-{chars(HEX, 17)} vpc-{chars(HEX, 8)}",
    lambda: f"ISBN 978-{rng.randint(0, 9)}-{rng.randint(100, 999)}-{rng.randint(10000, 99999)}-{rng.randint(0, 9)}", lambda: f"ean {digits(13)}", lambda: f"IMEI 35{chars(string.digits, 13)}",
    lambda: f"offset {digits(12)} lsn 0/{chars(HEX, 8).upper()}", lambda: f"size_bytes={digits(rng.randint(8, 13))}", lambda: f"heap {digits(10)}/{digits(10)} gc {rng.randint(1, 99)}ms",
    lambda: f"pod drl-execution-{chars(HEX, 10)}-{chars(string.ascii_lowercase + string.digits, 5)} on ip-10-0-{rng.randint(0, 255)}-{rng.randint(0, 255)}.eu-central-1.compute.internal",
    lambda: fake().sentence(nb_words=rng.randint(4, 18)), lambda: fake("de_DE").sentence(nb_words=9), lambda: fake("ja_JP").sentence(), lambda: fake("fr_FR").text(max_nb_chars=150),
    lambda: fake().user_agent(), lambda: fake().file_path(depth=4), lambda: fake().mime_type(), lambda: fake().http_method() + " " + fake().uri_path(),
    lambda: f'Traceback (most recent call last):\n  File "/app/src/main.py", line {rng.randint(1, 999)}, in run\n    raise ValueError("x is {rng.randint(1, 999)}")',
    lambda: f"at com.example.Order.process(Order.java:{rng.randint(1, 999)})", lambda: f"goroutine {rng.randint(1, 999)} [running]: main.main() /app/main.go:{rng.randint(1, 99)} +0x{chars(HEX, 3)}",
    lambda: "git@github.com:acme/infra.git", lambda: "npm install @acme/ui@1.2.3 --save-dev", lambda: f"root@localhost uid={rng.randint(0, 9999)}",
    lambda: f"kafka topic=orders partition={rng.randint(0, 99)} offset={digits(9)} key={digits(6)}", lambda: f"batch {rng.randint(1, 99)}/{rng.randint(100, 999)} eta {rng.randint(1, 59)}:{rng.randint(10, 59)}",
    lambda: f"+{rng.randint(1, 99)}.{rng.randint(0, 99):02d}% -{rng.randint(1, 99)}.{rng.randint(0, 99):02d}%", lambda: f"offset=+0{rng.randint(1, 9)}:00 tz=Europe/Berlin", lambda: f"lat=52.{digits(6)} lon=13.{digits(6)}",
    lambda: f"{rng.randint(100, 999)}-{rng.randint(1000, 9999)} rows", lambda: f"{rng.choice(['000', '666', '9' + chars(string.digits, 2)])}-{rng.randint(10, 49)}-{rng.randint(1000, 9999)}",
    lambda: f"matrix {' '.join(str(rng.randint(0, 999)) for _ in range(12))}", lambda: f"{rng.randint(1, 99):02x}:{rng.randint(1, 99):02x}:{rng.randint(1, 99):02x}",
    lambda: "eyJpZCI6MSwibmFtZSI6ImZvbyJ9", lambda: "-----BEGIN CERTIFICATE-----\n" + chars(ALNUM, 64) + "\n-----END CERTIFICATE-----", lambda: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + chars(ALNUM, 43),
    lambda: "data:image/png;base64," + base64.b64encode(rng.randbytes(60)).decode(), lambda: f"etag W/\"{chars(HEX, 8)}-{chars(HEX, 12)}\"", lambda: chars(ALNUM, 26).upper(), lambda: f"req_{chars(ALNUM, 14)} cus_{chars(ALNUM, 14)}",
    lambda: "author=bob keyword=alpha monkey=1 tokenizer=bpe authority=example.com secretary=x compass=n passport_required=false",
    lambda: f"features/{when():%Y-%m-%d}/EURUSD_5m_{digits(6)}.parquet", lambda: f"model=drl-ppo-v{rng.randint(1, 9)} step={digits(7)} reward={rng.uniform(-1, 1):.9f}",
]


def negative():
    parts = [rng.choice(NEGATIVE)() for _ in range(rng.choice([1, 1, 2, 3]))]
    text = rng.choice(["{}", "{}", "INFO {}", '{{"msg": {}}}', "[{}]"])
    joined = " ".join(parts)
    text = text.format(json.dumps(joined) if "msg" in text else joined)
    return {"text": text, "kind": "", "secret": "", "source": "own: look-alikes, by random and Faker", "key": ""}


if __name__ == "__main__":
    run(positive, negative)
