"""Labelled texts for the filter, other than those it was written with.

generate.py SEED POSITIVES NEGATIVES prints them as JSON, a line each. Values come
from Faker in many locales, mimesis, python-stdnum, phonenumbers, schwifty and
rstr; forms of vendors' secrets from the vendors' documentation; what stands around
them from the log formats, protocols and languages named beside each.
"""

import base64
import html
import json
import re
import string
import urllib.parse
import uuid
from datetime import datetime, timedelta, timezone

import phonenumbers
import rstr
from faker import Faker
from mimesis import Generic
from mimesis.locales import Locale
from schwifty import IBAN
from stdnum import iban as stdiban, isin, luhn
from stdnum.us import ssn as usssn

from labelled import ALNUM, HEX, UP, b64url, chars, digits, rng, run

LOCALES = ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "pl_PL", "sv_SE", "tr_TR", "cs_CZ", "ja_JP", "ru_RU", "zh_CN", "ko_KR", "ar_AA", "he_IL", "el_GR", "uk_UA"]
FAKERS = {}
B64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"


def fake(locale=None):
    locale = locale or rng.choice(LOCALES)
    if locale not in FAKERS:
        FAKERS[locale] = Faker(locale)
        FAKERS[locale].seed_instance(rng.random())
    return FAKERS[locale]


def pick(*items):
    return rng.choice(items)


def matching(pattern):
    # rstr repeats at most 100 times
    split = re.sub(r"(\[[^]]+\])\{(1\d\d)\}", lambda m: f"{m[1]}{{100}}{m[1]}{{{int(m[2]) - 100}}}", pattern)
    return rstr.Rstr(rng).xeger(split)


# ---------------------------------------------------------------- private values

NETWORKS = {  # issuer ranges and lengths: ISO/IEC 7812, the networks' published ranges
    "visa": (["4"], [13, 16, 16, 16, 19]),
    "mastercard": (["51", "52", "53", "54", "55"], [16]),
    "mastercard 2": (["2221", "2300", "2500", "2699", "2720"], [16]),
    "amex": (["34", "37"], [15]),
    "diners": (["300", "305", "36", "38"], [14]),
    "discover": (["6011", "644", "649", "65"], [16]),
    "jcb": (["3528", "3558", "3589"], [16]),
    "unionpay": (["62"], [16, 17, 18, 19]),
    "maestro": (["5018", "5020", "5038", "6304", "6759", "6761"], [16, 18, 19]),
}


def card_digits():
    prefixes, lengths = NETWORKS[rng.choice(list(NETWORKS))]
    body = rng.choice(prefixes)
    body += chars(string.digits, rng.choice(lengths) - 1 - len(body))
    return body + luhn.calc_check_digit(body)


def grouped(n, sep):
    if len(n) == 15:
        return sep.join([n[:4], n[4:10], n[10:]])
    if len(n) == 14:
        return sep.join([n[:4], n[4:10], n[10:]])
    return sep.join(n[i : i + 4] for i in range(0, len(n), 4))


def card():
    n = card_digits() if rng.random() < 0.7 else fake(pick("en_US", "de_DE", "ja_JP")).credit_card_number(pick("visa16", "mastercard", "amex", "discover", "jcb16", "diners"))
    form = rng.random()
    if form < 0.5 or len(n) == 13:
        return n
    return grouped(n, pick(" ", "-", " ", "-", "\u00a0"))


def iban():
    for _ in range(50):
        try:
            code = str(IBAN.random(random=rng, country_code=pick("DE", "GB", "FR", "NL", "ES", "IT", "BE", "AT", "CH", "PL", "SE", "NO", "DK", "FI", "IE", "PT", "GR", "CZ", "HU", "RO", "TR", "SA", "AE", "BR", "UA", "LU", "MT")))
        except Exception:
            continue
        if stdiban.is_valid(code, check_country=False):
            return pick(code, stdiban.format(code), stdiban.format(code), code.lower() if rng.random() < 0.1 else code)
    return "DE89370400440532013000"


def ssn():
    while True:
        n = fake("en_US").ssn()
        if usssn.is_valid(n):
            return n


def email():
    f = fake()
    e = pick(f.email, f.ascii_email, f.company_email, f.free_email, f.ascii_company_email)()
    if rng.random() < 0.15:
        e = e.replace("@", "+" + pick("trading", "x", "2024-q1", "a.b") + "@")
    if rng.random() < 0.05:
        e = e.split("@")[0] + "@" + pick("bücher.de", "müller-bank.example", "例え.jp", "почта.рф", "xn--bcher-kva.example")
    if rng.random() < 0.1:
        e = e.upper()
    return e


def mimesis_email():
    return Generic(locale=pick(Locale.EN, Locale.DE, Locale.FR, Locale.RU, Locale.JA), seed=rng.getrandbits(30)).person.email()


def number_of(region):
    kind = pick(phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    n = phonenumbers.example_number_for_type(region, kind)
    if n is None:
        return number_of("US")
    national = str(n.national_number)
    for _ in range(20):
        varied = phonenumbers.PhoneNumber(country_code=n.country_code, national_number=int(national[:-4] + chars(string.digits, 4)), italian_leading_zero=n.italian_leading_zero)
        if phonenumbers.is_valid_number(varied):
            return varied
    return n


BIG = ["US", "DE", "GB", "FR", "IT", "ES", "NL", "BE", "CH", "AT", "SE", "PL", "JP", "IN", "CN", "BR", "AU", "CA", "SG", "HK", "KR", "AE", "ZA", "MX", "TR", "PT", "IE", "DK", "NO", "FI"]


def phone():
    region = rng.choice(BIG) if rng.random() < 0.7 else rng.choice(sorted(phonenumbers.SUPPORTED_REGIONS))
    return phonenumbers.format_number(number_of(region), pick(phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def national_phone():
    return phonenumbers.format_number(number_of(rng.choice(BIG)), phonenumbers.PhoneNumberFormat.NATIONAL)


def jwt():
    head = {"typ": "JWT", "alg": pick("HS256", "RS256", "ES384", "PS512", "EdDSA", "none")}
    if rng.random() < 0.5:
        head = {"kid": chars(ALNUM, 20), "alg": "RS256"}
    if rng.random() < 0.2:
        head = {"enc": "A256GCM", "alg": "RSA-OAEP"}
        return ".".join([b64url(json.dumps(head, separators=(",", ":")).encode())] + [b64url(rng.randbytes(n)) for n in (128, 12, 60, 16)])
    body = {"iss": "https://login.example.com/", "sub": fake().user_name(), "exp": 1700000000 + rng.getrandbits(20)}
    signature = "" if head["alg"] == "none" else b64url(rng.randbytes(pick(32, 64)))
    return ".".join([b64url(json.dumps(head, separators=pick((",", ":"), (", ", ": "))).encode()), b64url(json.dumps(body).encode()), signature])


VENDOR = {  # forms from the vendors' documentation
    "aws": r"A(KIA|SIA)[A-Z2-7]{16}",
    "github": r"(ghp|gho|ghs|ghr)_[A-Za-z0-9]{36}",
    "github fine-grained": r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    "gitlab": r"(glpat|gldt|glptt)-[A-Za-z0-9_-]{19}[A-Za-z0-9]",
    "google": r"AIza[A-Za-z0-9_-]{35}",
    "google oauth": r"ya29\.[A-Za-z0-9_-]{80}",
    "google client": r"GOCSPX-[A-Za-z0-9_-]{28}",
    "slack bot": r"xoxb-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}",
    "slack app": r"xapp-1-A[A-Z0-9]{10}-[0-9]{13}-[a-f0-9]{64}",
    "slack hook": r"https://hooks\.slack\.com/services/T[A-Z0-9]{8}/B[A-Z0-9]{10}/[A-Za-z0-9]{24}",
    "stripe": r"(sk|rk)_(live|test)_[A-Za-z0-9]{24,99}",
    "stripe hook": r"whsec_[A-Za-z0-9]{32}",
    "sendgrid": r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    "npm": r"npm_[A-Za-z0-9]{36}",
    "pypi": r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{60,120}",
    "openai": r"sk-proj-[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{73}A",
    "openai old": r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}",
    "anthropic": r"sk-ant-api03-[A-Za-z0-9_-]{93}AA",
    "huggingface": r"hf_[A-Za-z]{34}",
    "digitalocean": r"dop_v1_[a-f0-9]{64}",
    "twilio": r"SK[a-f0-9]{32}",
    "telegram": r"[1-9][0-9]{8,9}:AA[A-Za-z0-9_-]{32}[A-Za-z0-9]",
    "vault": r"hvs\.[A-Za-z0-9]{24}",
    "databricks": r"dapi[a-f0-9]{32}",
    "new relic": r"NRAK-[A-Z0-9]{27}",
    "shopify": r"shp(at|ca|pa|ss)_[a-f0-9]{32}",
    "grafana": r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}",
    "linear": r"lin_api_[A-Za-z0-9]{40}",
    "postman": r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    "discord hook": r"https://discord\.com/api/webhooks/[0-9]{18}/[A-Za-z0-9]{68}",
    "heroku": r"HRKU-AA[A-Za-z0-9_-]{58}",
    "azure secret": r"[A-Za-z0-9]{3}8Q~[A-Za-z0-9_.~-]{33}[A-Za-z0-9]",
    "azure storage": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "square": r"sq0csp-[A-Za-z0-9_-]{43}",
    "doppler": r"dp\.pt\.[A-Za-z0-9]{43}",
    "docker": r"dckr_pat_[A-Za-z0-9_-]{27}",
    "atlassian": r"ATATT3xFfGF0[A-Za-z0-9_-]{171}=[A-F0-9]{8}",
    "groq": r"gsk_[A-Za-z0-9]{52}",
    "xai": r"xai-[A-Za-z0-9]{80}",
    "perplexity": r"pplx-[A-Za-z0-9]{48}",
    "replicate": r"r8_[A-Za-z0-9]{37}",
    "planetscale": r"pscale_tkn_[A-Za-z0-9_-]{43}",
    "mailgun": r"key-[a-f0-9]{32}",
    "mailchimp": r"[a-f0-9]{32}-us[0-9]{1,2}",
    "netlify": r"nfp_[A-Za-z0-9]{36}",
    "sentry": r"sntryu_[a-f0-9]{64}",
    "notion": r"ntn_[0-9]{11}[A-Za-z0-9]{35}",
    "airtable": r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",
    "terraform": r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
    "alpaca": r"PK[A-Z0-9]{18}",
    "dynatrace": r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    "tailscale": r"tskey-auth-[A-Za-z0-9]{12}CNTRL-[A-Za-z0-9]{32}",
    "facebook": r"EAACEdEose0cBA[A-Za-z0-9]{80}",
    "rubygems": r"rubygems_[a-f0-9]{48}",
    "supabase": r"sbp_[a-f0-9]{40}",
    "cloudflare origin": r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}",
}


def secret_word():
    return pick(
        lambda: fake("en_US").password(length=rng.randint(8, 20), special_chars=False),
        lambda: chars(ALNUM, rng.randint(10, 40)), lambda: chars(HEX, pick(32, 40, 64)), lambda: str(uuid.UUID(int=rng.getrandbits(128))),
        lambda: base64.b64encode(rng.randbytes(pick(16, 24, 32))).decode(), lambda: fake("en_US").word() + pick("!", "#", "$") + str(rng.randint(10, 9999)),
        lambda: fake("en_US").word().capitalize() + chars(string.digits, 3) + pick("!", "?", "*"), lambda: fake("en_US").first_name().lower() + str(rng.randint(1950, 2024)),
    )()


KEYS = ["password", "passwd", "pwd", "secret", "client_secret", "clientSecret", "api_key", "apiKey", "api-key", "apikey", "access_token", "accessToken", "refresh_token", "auth_token", "id_token", "private_key", "secret_key",
        "secretAccessKey", "aws_secret_access_key", "db_password", "DB_PASSWORD", "user.password", "PGPASSWORD", "MYSQL_PWD", "REDIS_PASSWORD", "encryption_key", "signing_key", "session_token", "x-api-key", "X-Auth-Token",
        "SECRET_KEY_BASE", "passphrase", "credentials", "webhook_secret", "bot_token", "API_SECRET", "binance_api_secret", "hmac_secret", "consumer_secret", "jwt_secret"]

PAIRS = [  # how languages, formats and shells write a key and its value; {k} and {v}
    "{k}={v}", "{k}: {v}", '"{k}": "{v}"', "'{k}': '{v}'", '{{"user": "bob", "{k}": "{v}"}}', "{k}='{v}'", '{k}="{v}"', "{k} = {v}", "{k}:{v}", "{k} => {v}", ':{k} => "{v}"', "user=bob;{k}={v};timeout=30",
    "?{k}={v}&page=2", "https://api.example.com/login?{k}={v}&x=1", "export {k}={v}", "--{k}={v}", "--{k} {v} --verbose", "<{k}>{v}</{k}>", "{{{k}: {v}, retries: 3}}", "[{k}={v}]", "Config({k}='{v}', host='db')",
    "{{'{k}': b'{v}'}}", "{k}\t=\t{v}", "{k}=\"{v}\", region=\"eu\"", "map[{k}:{v} user:bob]", "env: {k}={v} HOME=/root", "-D{k}={v}", "{k}: \"{v}\"\nport: 5432", "set {k} to '{v}' {k}={v}", "({k}={v})",
    '[["{k}", "{v}"], ["accept", "*/*"]]', "[('{k}', '{v}'), ('accept', '*/*')]", "[(b'{k}', b'{v}')]", '{{"name": "{k}", "value": "{v}"}}', "setProperty(\"{k}\", \"{v}\")", "{k} := \"{v}\"", "{k}?={v}", "{{:{k} \"{v}\"}}",
]


def pair():
    k, v = rng.choice(KEYS), secret_word()
    form = rng.choice(PAIRS)
    if form.startswith("?") or "https://" in form:
        v = urllib.parse.quote(v, safe="")
    if form.startswith("-D") or "map[" in form or "({k}" in form or "{{{k}" in form or "--{k} " in form:
        v = "".join(c for c in v if c.isalnum()) or "hunter2x"
    return form.format(k=k, v=v), v


def headers():
    name, value = pick(
        lambda: ("Authorization", "Bearer " + pick(chars(URLSAFE, 40), jwt(), chars(HEX, 32))),
        lambda: ("Authorization", "Basic " + base64.b64encode(f"{fake().user_name()}:{secret_word()}".encode()).decode()),
        lambda: ("Proxy-Authorization", "Basic " + base64.b64encode(f"proxy:{secret_word()}".encode()).decode()),
        lambda: ("Cookie", f"sessionid={chars(ALNUM, 32)}"),
        lambda: ("Set-Cookie", f"sid={chars(URLSAFE, 40)}; Path=/; HttpOnly"),
        lambda: ("X-API-Key", chars(ALNUM, 32)), lambda: ("X-MBX-APIKEY", chars(ALNUM, 64)), lambda: ("CB-ACCESS-SIGN", base64.b64encode(rng.randbytes(32)).decode()),
        lambda: ("X-Amz-Security-Token", chars(B64, 120)), lambda: ("X-CSRF-Token", chars(ALNUM, 40)), lambda: ("API-Sign", base64.b64encode(rng.randbytes(64)).decode()),
    )()
    secret = value.split(" ")[-1] if " " in value and "Path" not in value else value.split(";")[0].split("=", 1)[-1] if "ookie" in name else value
    text = pick("{n}: {v}", "{n}: {v}\r\nAccept: */*\r\nHost: api.example.com", '{{"{n}": "{v}"}}', '{{"{n}": ["{v}"]}}', "headers={{'{n}': '{v}', 'Accept': '*/*'}}", 'curl -H "{n}: {v}" https://api.example.com/v1/orders',
                "> {n}: {v}\n> User-Agent: curl/8.5.0", "{n}={v}", "[('{n}', '{v}')]", "map[{n}:[{v}] Accept:[*/*]]", "> GET /v1 HTTP/1.1\n> {n}: {v}").format(n=pick(name, name.lower()), v=value)
    return text, secret


def pem():
    label = pick("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY")
    lines = [chars(B64, 64) for _ in range(rng.randint(3, 14))]
    nl = pick("\n", "\n", "\\n", "\r\n", "\\r\\n", " ")
    text = f"-----BEGIN {label}-----{nl}" + nl.join(lines) + (f"{nl}-----END {label}-----" if rng.random() < 0.85 else "")
    return pick("{}", "key loaded: {}", '{{"private_key": "{}", "client_id": "1"}}', "ssl error with\n{}\nend").format(text), lines[-1]


def connection():
    u, p = fake("en_US").user_name(), "".join(c for c in secret_word() if c.isalnum()) or "hunter2x"
    q = pick(p, urllib.parse.quote(p + "@!", safe=""))
    text = pick(
        f"postgresql://{u}:{q}@db.internal:5432/trading?sslmode=require", f"postgresql+psycopg2://{u}:{q}@10.0.0.5/trading", f"mysql://{u}:{q}@mysql:3306/orders", f"mongodb+srv://{u}:{q}@cluster0.ab1cd.mongodb.net/?retryWrites=true",
        f"mongodb://{u}:{q}@m1:27017,m2:27017/db?replicaSet=rs0", f"amqp://{u}:{q}@rabbit:5672/%2f", f"amqps://{u}:{q}@rabbit:5671", f"redis://:{q}@redis:6379/0", f"rediss://default:{q}@redis:6380", f"nats://{u}:{q}@nats:4222",
        f"https://{u}:{q}@git.example.com/acme/app.git", f"ftp://{u}:{q}@files.example.com/x", f"jdbc:postgresql://db:5432/t?user={u}&password={q}", f"jdbc:sqlserver://sql:1433;databaseName=t;user={u};password={q};encrypt=true",
        f"jdbc:oracle:thin:{u}/{q}@//ora:1521/XE", f"jdbc:mysql://{u}:{q}@db/x", f"Server=sql;Database=t;User Id={u};Password={q};Encrypt=True", f"Driver={{ODBC Driver 18 for SQL Server}};Server=s;UID={u};PWD={q};",
        f"host=db port=5432 user={u} password={q} dbname=t sslmode=disable", f"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={q}{chars(B64, 60)}==;EndpointSuffix=core.windows.net", f"clickhouse://{u}:{q}@ch:9000/default",
        f"Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={q}=", f"smtp://{u}:{q}@mail.example.com:587", f"kafka sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{u}\" password=\"{q}\";",
        f"ldap://{u}:{q}@ldap.example.com", f"{u}:{q}@tcp(db:3306)/orders?parseTime=true", f"snowflake://{u}:{q}@acct/db", f"socks5://{u}:{q}@proxy:1080", f"http://{u}:{q}@proxy.local:3128")
    text = pick("{}", "connecting to {}", "could not connect: {} (timeout)", 'dsn="{}"', "Error: dial {}: connection refused").format(text)
    if text.startswith('dsn="') and "\"" in text[5:-1]:
        text = "using " + text[5:-1]
    return text, q


def command():
    p = "".join(c for c in secret_word() if c.isalnum()) or "hunter2x"
    return pick(
        f"mysql -u root -p{p} -h db trading", f"mysqldump --user=root --password={p} trading", f"PGPASSWORD={p} psql -h db -U app", f"psql 'postgres://app:{p}@db/x'", f"redis-cli -h r -a {p} ping", f"sshpass -p {p} ssh bob@10.0.0.1",
        f"curl -u admin:{p} https://es:9200/_cat", f"curl --user admin:{p} https://es:9200", f"docker login -u bob -p {p} registry.example.com", f"docker run -e POSTGRES_PASSWORD={p} postgres:16", f"helm upgrade app --set auth.password={p}",
        f"java -Ddb.password={p} -jar app.jar", f"./app --api-key {p} --port 80", f"./app --token={p}", f"mongosh --username app --password {p} --host m", f"sqlcmd -S db -U sa -P {p}", f"wget --password={p} https://x.example.com", f"kubectl create secret generic db --from-literal=password={p}",
        f"openssl enc -aes-256-cbc -k {p} -in a", f"ansible-playbook site.yml -e db_password={p}", f"export AWS_SECRET_ACCESS_KEY={p}", f"set DB_PASSWORD={p}&& app.exe", f"htpasswd -b .htpasswd bob {p}", f"openssl pkcs12 -passin pass:{p} -in a.p12",
        f"python main.py --db-pass {p} --dry-run", f"['app', '--password', '{p}']", f'["mongod", "--keyFilePassword", "{p}"]', f"nats --user app --password {p} pub x y"), p


def account():
    a = pick(lambda: "U" + chars(string.digits, 7), lambda: "DU" + chars(string.digits, 7), lambda: chars(string.digits, 8), lambda: "ACC-" + chars(string.digits, 8), lambda: chars(string.digits, 10), lambda: "TRD" + chars(string.digits, 6))()
    soh, pipe = "\x01", "|"
    return pick(
        f"account={a} order accepted", f"account_id={a}", f'{{"accountId": "{a}", "side": "BUY"}}', f"trading_account: {a}", f"acct={a} qty=100", f"account number {a} is restricted", f'"account_number": "{a}"',
        f"8=FIX.4.4{soh}9=148{soh}35=D{soh}34=1080{soh}49=TESTBUY1{soh}56=TESTSELL1{soh}1={a}{soh}11=636730640278898634{soh}55=MSFT{soh}54=1{soh}38=7000{soh}10=092{soh}",
        f"8=FIX.4.2{pipe}9=178{pipe}35=8{pipe}49=PHLX{pipe}56=PERS{pipe}1={a}{pipe}52=20071123-05:30:00.000{pipe}11=ATOMNOCCC9990900{pipe}20=3{pipe}10=128{pipe}",
        f"IN 8=FIXT.1.1{soh}9=75{soh}35=D{soh}49=A{soh}56=B{soh}34=2{soh}1={a}{soh}10=004{soh}", f"brokerageAccount={a}", f"clearing_account: '{a}'"), a


def fix_login():
    p = secret_word().replace("|", "")
    sep = pick("\x01", "|")
    return sep.join(["8=FIX.4.4", "9=110", "35=A", "49=CLIENT", "56=BROKER", "34=1", "98=0", "108=30", "553=trader7", "554=" + p, "10=003", ""]), p


NAMES = ["alice", "Müller", "O''Brien", "Ivan Petrov", "山田", "bob"]


def sql():
    v = pick(lambda: rng.choice(NAMES) + chars(string.digits, 4), lambda: chars(string.digits, 7), lambda: chars(ALNUM, 12), lambda: fake("en_US").street_address().replace("'", ""), lambda: fake("en_US").date())()
    n = str(rng.randint(100000, 99999999))
    h = chars("0123456789ABCDEF", 16)
    text, secret = pick(
        (f"SELECT * FROM users WHERE name = '{v}' AND active = true", v), (f"SELECT * FROM users WHERE id = {n}", n), (f"INSERT INTO users (name, ssn) VALUES ('{v}', '{n}'), ('x', 'y')", v), (f"INSERT INTO t VALUES ({n}, 1.5, NULL), ({n}1, 2, 'b')", n),
        (f"UPDATE accounts SET owner = '{v}', balance = balance + 10 WHERE id = 7", v), (f"DELETE FROM sessions WHERE token = E'{v}\\n'", v), (f"SELECT * FROM [dbo].[Users] WHERE [Name] = N'{v}'", v), (f"SELECT * FROM `users` WHERE `name` = \"{v}\"", v),
        (f"SELECT $${v}$$", v), (f"SELECT $tag${v}$tag$ FROM x", v), (f"SELECT * FROM t WHERE raw = X'{h}'", h), (f"SELECT * FROM t WHERE raw = 0x{h}", h), (f"SELECT * FROM t WHERE id IN ({n}, {n}2, 5)", n), (f"SELECT * FROM t WHERE name IN ('{v}', 'b')", v),
        (f"SELECT a FROM t WHERE b LIKE '%{v}%' -- by name", v), (f"SELECT a FROM t -- user {v}\nWHERE b = 1", v), (f"/* user={v} */ SELECT 1", v), (f"SELECT a FROM t WHERE b BETWEEN {n} AND {n}9", n), (f"CALL pay('{v}', {n})", v), (f"EXEC sp_login @user='{v}', @pin={n}", v),
        (f"SELECT * FROM t WHERE ts > TIMESTAMP '{v}'", v), (f"SELECT * FROM t WHERE name = 'it\\'s {v}'", v), (f"SELECT * FROM t WHERE name = '{v}", v), (f"SELECT * FROM t WHERE a = -{n}.5e3", n), (f"SELECT * FROM t WHERE a='{v}'AND b='{n}'", v), (f"MERGE INTO t USING s ON t.id = {n} WHEN MATCHED THEN UPDATE SET a = '{v}'", v),
        (f"SELECT U&'{v}' FROM t", v), (f"SELECT q'[{v}]' FROM dual", v), (f"GRANT ALL ON t TO bob IDENTIFIED BY '{v}'", v), (f"CREATE USER bob WITH PASSWORD '{v}'", v), (f"ALTER USER bob IDENTIFIED BY \"{v}\"", v), (f"SELECT json_extract(a, '$.x') FROM t WHERE b = JSON '{{\"n\": \"{v}\"}}'", v))
    return text, secret, pick("db.query.text", "db.statement", "db.query.text")


def redis():
    v = pick(chars(ALNUM, 10), fake("en_US").name().replace(" ", "_"), chars(string.digits, 8))
    return pick((f"SET user:token {v}", v), (f"SET k {v} EX 60", v), (f"HSET user:1 name {v} age 5", v), (f"AUTH {v}", v), (f"AUTH default {v}", v), (f"LPUSH q {v}", v), (f"MSET a {v} b c", v), (f'SETEX s 60 "{v}"', v), (f"CONFIG SET requirepass {v}", v), (f"HELLO 3 AUTH u {v}", v), (f"EVAL \"return redis.call('set', KEYS[1], '{v}')\" 1 k", v), (f"PUBLISH ch {v}", v)) + ("db.query.text",)


def mongo():
    v = pick(chars(ALNUM, 10), fake("en_US").name(), chars(string.digits, 8))
    return pick((f'{{"find": "users", "filter": {{"email_hash": "{v}"}}}}', v), (f'{{"insert": "u", "documents": [{{"name": "{v}"}}]}}', v), (f'db.users.find({{name: "{v}"}})', v), (f"db.users.updateOne({{_id: 1}}, {{$set: {{name: '{v}'}}}})", v), (f'{{"query": {{"match": {{"name": "{v}"}}}}}}', v)) + ("db.query.text",)


def by_key():
    key, value = pick(
        lambda: ("user.password", secret_word()), lambda: ("db.password", secret_word()), lambda: ("http.request.header.authorization", "Bearer " + chars(URLSAFE, 30)), lambda: ("http.request.header.cookie", "a=" + chars(ALNUM, 20)),
        lambda: ("http.request.header.x-api-key", chars(ALNUM, 24)), lambda: ("api_key", chars(ALNUM, 24)), lambda: ("client_secret", secret_word()), lambda: ("customer.phone", national_phone()), lambda: ("user.ssn", ssn().replace("-", "")),
        lambda: ("access_token", chars(ALNUM, 40)), lambda: ("aws.secret_access_key", chars(B64, 40)), lambda: ("account_id", "U" + chars(string.digits, 7)), lambda: ("trading.account", chars(string.digits, 9)), lambda: ("process.environment_variable.DB_PASSWORD", secret_word()), lambda: ("db.redis.password", secret_word()),
        lambda: ("mobile", national_phone()), lambda: ("fix.password", secret_word()), lambda: ("exchange.api.secret", chars(ALNUM, 64)), lambda: ("phone_number", national_phone()), lambda: ("session.token", chars(HEX, 32)))()
    return value, value.split("a=")[-1] if key.endswith("cookie") else value.split(" ")[-1] if value.startswith("Bearer") else value, key


def url_param():
    v = secret_word()
    q = urllib.parse.quote(v, safe="")
    k = pick("sig", "Signature", "X-Amz-Signature", "X-Goog-Signature", "AWSAccessKeyId", "X-Amz-Credential", "X-Amz-Security-Token", "access_token", "token", "api_key", "apikey", "key_secret", "password", "client_secret", "id_token", "auth")
    url = pick("https://bucket.s3.amazonaws.com/a/b.csv?X-Amz-Expires=60&{k}={v}", "https://x.example.com/cb?{k}={v}", "https://x.example.com/cb#state=1&{k}={v}&b=2", "/v1/orders?limit=5&{k}={v}", "wss://stream.example.com/ws?{k}={v}").format(k=k, v=q)
    return pick("{}", "GET {} 200", 'url="{}"', "fetch {} failed").format(url), q, pick("", "", "url.full", "http.url") if "GET" not in url else ""


SENTENCE = [
    "{}", "user {} logged in", "{} is not valid", "value={}", "Kunde {} wurde nicht gefunden", "le client {} est introuvable", "お客様 {} が見つかりません", "客户{}未找到", "El usuario {} no existe", "ERROR [pool-3-thread-1] c.a.p.PaymentService - declined for {}",
    "2024-05-01 10:12:13,123 WARN  app.core:42 - rejected {} (attempt 2/3)", "time=2024-05-01T10:12:13Z level=error msg=\"lookup failed for {}\" code=7", '{{"level":"error","msg":"failed for {}","ts":1714558333.123}}', "<payload><v>{}</v></payload>", "Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in f\nValueError: bad value: {}",
    "java.lang.IllegalArgumentException: Invalid input {}\n\tat com.acme.Pay.run(Pay.java:42)\n\tat java.base/java.lang.Thread.run(Thread.java:833)", "panic: cannot parse \"{}\"\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d", "May  1 10:12:13 host-1 app[4242]: contact {}", "a;b;{};d", "1,{},2024-05-01", "name: x\nvalue: {}\n", "- {}",
    "[{}]", "({})", "'{}'", "`{}`", "{}.", "{},", "{}: unknown", "id\t{}\tok", "key:{}", "customer={} amount=12.50 EUR", "CEF:0|acme|app|1|100|x|5|msg={} act=blocked", "10.0.0.1 - - [01/May/2024:10:12:13 +0000] \"GET /x?q={} HTTP/1.1\" 200 512", "query {{ user(id: \"{}\") {{ name }} }}", "order 4711 / {} / EURUSD",
]


def encode(text, secret):
    """Writes a text in another way, perhaps; returns what must not be left, too."""
    r = rng.random()
    if r < 0.62:
        return text, secret, ""
    if r < 0.70:
        return json.dumps({"event": "x", "body": text}, ensure_ascii=rng.random() < 0.5), json.dumps(secret, ensure_ascii=False)[1:-1], "in JSON"
    if r < 0.74:
        inner = json.dumps({"body": text}, ensure_ascii=False)
        return json.dumps({"outer": inner}, ensure_ascii=False), None, "in JSON in JSON"
    if r < 0.79:
        return "https://x.test/find?q=" + urllib.parse.quote(text, safe=""), None, "percent-encoded"
    if r < 0.82:
        return "/find?q=" + urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""), None, "percent-encoded twice"
    if r < 0.84:
        return "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in text), None, "unicode escapes"
    if r < 0.86:
        return html.escape(text).replace("@", "&#64;"), None, "HTML"
    if r < 0.88:
        return urllib.parse.urlencode({"a": "1", "text": text}), None, "form"
    if r < 0.90:
        return repr({"text": text}), None, "Python repr"
    if r < 0.92 and any(c.isdigit() for c in secret):
        wide = {ord(d): 0xFF10 + int(d) for d in string.digits}
        return text.replace(secret, secret.translate(wide)), secret.translate(wide), "fullwidth digits"
    if r < 0.94:
        cut = rng.randint(1, max(1, len(secret) - 1))
        return text.replace(secret, secret[:cut] + "\u200b" + secret[cut:]), None, "zero-width space"
    if r < 0.96:
        return text + " " + fake().text(max_nb_chars=900), secret, "in a long text"
    if r < 0.98:
        return fake().text(max_nb_chars=600) + "\n" + text, secret, "at the end of a long text"
    return yaml_block(text), secret, "in YAML"


def yaml_block(text):
    return "event:\n  detail: |\n    " + text.replace("\n", "\n    ") + "\n  ok: false\n"


PLAIN = {  # values that stand in a sentence
    "card": (card, 14), "iban": (iban, 9), "ssn": (ssn, 6), "email": (email, 12), "email, mimesis": (mimesis_email, 2), "phone": (phone, 11), "jwt": (jwt, 5),
}
WHOLE = {  # texts of their own, with what is private in them
    "pair": (pair, 12), "headers": (headers, 6), "pem": (pem, 2), "connection": (connection, 6), "command": (command, 5), "account": (account, 4), "fix login": (fix_login, 2), "sql": (sql, 8), "redis": (redis, 2), "mongo": (mongo, 2), "by key": (by_key, 4), "url parameter": (url_param, 5),
}


def positive():
    kinds = list(PLAIN) + list(WHOLE) + ["vendor"]
    weights = [PLAIN[k][1] for k in PLAIN] + [WHOLE[k][1] for k in WHOLE] + [16]
    kind = rng.choices(kinds, weights)[0]
    key = ""
    if kind in PLAIN or kind == "vendor":
        source = kind
        if kind == "vendor":
            name = rng.choice(list(VENDOR))
            value, source = matching(VENDOR[name]), "vendor: " + name
        else:
            value = PLAIN[kind][0]()
        text, secret = rng.choice(SENTENCE).format(value), value
    else:
        made = WHOLE[kind][0]()
        text, secret, key = made if len(made) == 3 else (*made, "")
        source = kind
    how = ""
    if not key and kind not in ("pem",):
        text, left, how = encode(text, secret)
        secret = secret if left is None else left
        if secret not in text:  # written in another way: its longest piece that isn't
            pieces = "".join(c if c.isalnum() and c.isascii() else " " for c in secret).split()
            pieces = [p for p in pieces if p in text and len(p) > 3]
            secret = max(pieces, key=len) if pieces else ""
    return {"text": text, "kind": kind, "secret": secret, "source": source + (", " + how if how else ""), "key": key}


# ---------------------------------------------------------------- not private


def when():
    return datetime(2023, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=rng.randint(0, 110_000_000), microseconds=rng.randint(0, 999_999))


def epoch(unit):
    return str(int(when().timestamp() * {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]) + (rng.randint(0, 999) if unit == "ns" else 0))


def u():
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def price():
    return f"{rng.uniform(0.1, 90000):.{rng.randint(1, 8)}f}"


SYMBOLS = ["EURUSD", "AAPL", "BTC-USDT", "ES=F", "DE0007164600", "XAUUSD", "7203.T", "BRK.B", "ETHBTC", "SPY240621C00500000"]


def an_isin():
    body = pick("US", "DE", "GB", "JP", "FR") + chars(UP, 9)
    return body + isin.calc_check_digit(body)


def an_lei():
    return chars(string.digits, 4) + "00" + chars(UP, 14)


def cusip():
    return chars(UP, 8) + chars(string.digits, 1)


def floats(n=6):
    return ", ".join(f"{rng.gauss(0, 1):.{rng.randint(3, 17)}f}" for _ in range(n))


NEGATIVE = {
    "uuid": lambda: pick("request_id={}", "id {}", "{}", "correlation {} done").format(u()),
    "uuid digits": lambda: pick(str(uuid.UUID(int=int("".join(rng.choice("0123456789") for _ in range(32)), 16))), "4111" + chars(string.digits, 4) + "-" + chars(string.digits, 4) + "-4" + chars(string.digits, 3) + "-8" + chars(string.digits, 3) + "-" + chars(string.digits, 12)),
    "ulid": lambda: "01" + chars("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24), "snowflake": lambda: pick("msg {}", "id={}", "tweet_id: {}").format(rng.randint(10**17, 15 * 10**17)),
    "traceparent": lambda: f"00-{chars(HEX, 32)}-{chars(HEX, 16)}-01", "trace ids": lambda: f"trace_id={chars(HEX, 32)} span_id={chars(HEX, 16)} trace_flags=01", "git": lambda: pick("commit {}", "HEAD is now at {}", "{}").format(chars(HEX, pick(7, 8, 40))),
    "sha": lambda: pick("sha256:{}", "digest={}", "image acme/app@sha256:{}").format(chars(HEX, 64)), "md5": lambda: "etag " + chars(HEX, 32), "epoch s": lambda: pick("ts={}", "at {}", "{}").format(epoch("s")), "epoch ms": lambda: pick("ts={}", "time {}", "{}", '"timestamp":{}').format(epoch("ms")),
    "epoch us": lambda: pick("ts_us={}", "{}").format(epoch("us")), "epoch ns": lambda: pick("ts_ns={}", "{}", "startTimeUnixNano: {}").format(epoch("ns")), "dates": lambda: pick(when().isoformat(), when().strftime("%Y%m%d%H%M%S"), when().strftime("%Y%m%d-%H:%M:%S.%f"), when().strftime("%d/%b/%Y:%H:%M:%S +0000"), when().strftime("%Y%m%d%H%M%S%f")),
    "order id": lambda: pick("order_id={}", "orderId: {}", "order {} filled", "clOrdID={}", "exec_id={}", "trade {} booked").format(digits(rng.randint(8, 20))), "order id, words": lambda: pick(f"ORD-{when():%Y%m%d}-{digits(6)}", f"T{digits(9)}", f"{when():%Y%m%d}{digits(8)}", f"EX-{digits(4)}-{digits(4)}-{digits(4)}"),
    "price": lambda: f"price={price()} qty={rng.randint(1, 10**6)} symbol={rng.choice(SYMBOLS)}", "quote": lambda: f"bid {price()} ask {price()} size {rng.randint(1, 10**7)}x{rng.randint(1, 10**7)}", "ticks": lambda: f"{rng.choice(SYMBOLS)},{epoch('ms')},{price()},{rng.randint(1, 999)},{price()}", "ohlc": lambda: f"[{epoch('ms')},\"{price()}\",\"{price()}\",\"{price()}\",\"{price()}\",\"{price()}\"]",
    "isin": lambda: "isin=" + an_isin(), "cusip": lambda: "cusip " + cusip(), "sedol": lambda: "SEDOL B0" + chars(UP, 4) + chars(string.digits, 1), "lei": lambda: "LEI " + an_lei(), "figi": lambda: "BBG00" + chars(UP, 6) + chars(string.digits, 1), "mic": lambda: "venue=XETR mic=XNAS", "wkn": lambda: "WKN " + chars(UP, 6),
    "pnl": lambda: f"pnl={rng.uniform(-1e7, 1e7)!r} sharpe={rng.gauss(1, 1)!r}", "floats": lambda: f"weights=[{floats()}]", "science": lambda: f"loss={rng.uniform(0, 1):.12e} lr={rng.uniform(1e-6, 1e-2):.3e}", "tensor": lambda: f"tensor([[{floats(4)}], [{floats(4)}]], device='cuda:0')", "shape": lambda: f"shape=({rng.randint(1, 512)}, {rng.randint(1, 4096)}, 64)",
    "ip": lambda: f"peer 10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}:{rng.randint(1024, 65535)}", "ipv6": lambda: "from " + str(fake("en_US").ipv6()), "mac": lambda: "mac " + fake("en_US").mac_address(), "pod": lambda: f"pod drl-execution-{chars('bcdfghjklmnpqrstvwxz2456789', 10)}-{chars('bcdfghjklmnpqrstvwxz2456789', 5)} ready",
    "semver": lambda: f"v{rng.randint(0, 20)}.{rng.randint(0, 40)}.{rng.randint(0, 99)}-rc.{rng.randint(1, 9)}+{chars(HEX, 7)}", "package": lambda: f"npm install @acme/ui@{rng.randint(0, 20)}.{rng.randint(0, 40)}.{rng.randint(0, 99)}", "model": lambda: f"model=drl-ppo-v{rng.randint(1, 9)}.{rng.randint(0, 9)} checkpoint=step_{digits(8)}.pt", "path": lambda: fake("en_US").file_path(depth=4, absolute=True), "data path": lambda: f"s3://bucket/features/dt={when():%Y-%m-%d}/part-{chars(string.digits, 5)}-{u()}.c000.snappy.parquet",
    "python trace": lambda: f'Traceback (most recent call last):\n  File "/usr/lib/python3.11/asyncio/base_events.py", line {rng.randint(1, 2000)}, in run\n    return <object at 0x7f{chars(HEX, 10)}>\nKeyError: \'{fake("en_US").word()}\'', "java trace": lambda: f"at com.acme.risk.Check$$Lambda${rng.randint(10, 999)}/0x{chars(HEX, 16)}.apply(Unknown Source)\n\tat com.acme.A.b(A.java:{rng.randint(1, 999)})", "go trace": lambda: f"goroutine {rng.randint(1, 9999)} [select, {rng.randint(1, 999)} minutes]:\nmain.(*S).run(0xc{chars(HEX, 9)})\n\t/app/main.go:{rng.randint(1, 999)} +0x{chars(HEX, 3)}",
    "user agent": lambda: fake("en_US").user_agent(), "http": lambda: f"{fake('en_US').http_method()} /api/v{rng.randint(1, 3)}/{fake('en_US').word()}/{digits(rng.randint(3, 12))}?page={rng.randint(1, 9)}&limit=50 HTTP/1.1 {pick(200, 404, 500)} {rng.randint(1, 99999)} {rng.randint(1, 999)}ms", "url": lambda: pick(fake("en_US").uri(), f"http://svc-{rng.randint(1, 9)}.ns.svc.cluster.local:8080/healthz", f"https://cdn.example.com/logo@2x.png?v={digits(10)}"),
    "hex dump": lambda: f"{chars(HEX, 8)}  {' '.join(chars(HEX, 2) for _ in range(16))}  |................|", "base64": lambda: "payload " + base64.b64encode(rng.randbytes(rng.randint(20, 90))).decode(), "hex": lambda: "0x" + chars(HEX, pick(8, 12, 16, 40, 64)), "bytes": lambda: repr(rng.randbytes(rng.randint(4, 20))),
    "sql params": lambda: pick("SELECT id FROM orders WHERE user_id = $1 AND ts > $2", "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)", "SELECT * FROM t WHERE a = :name AND b = @p1", "UPDATE t SET a = %s WHERE id = %(id)s", "COMMIT", "SELECT count(*) FROM t GROUP BY a"),
    "gen_ai": lambda: f"gen_ai.usage.input_tokens={rng.randint(1, 9999)} gen_ai.usage.output_tokens={rng.randint(1, 9999)} gen_ai.token.type=input", "tokens": lambda: pick(f"max_tokens={rng.randint(1, 9999)}", f"token_count: {rng.randint(1, 9999)}", f"prompt tokens: {rng.randint(1, 9999)}, total tokens: {rng.randint(1, 9999)}", "tokenizer=bpe vocab=50257", f"tokens_per_second={rng.uniform(1, 99):.2f}", "token_type=bearer expires_in=3600", f"token bucket: {rng.randint(1, 99)} left", "unexpected token '}' at line 3", "token: EOF"),
    "auth words": lambda: pick("auth=ok", "auth_method=password", "password_reset=true", "password: incorrect", "password: must be at least 12 characters", "Bearer token missing", "Bearer token expired", "bearer authentication required", "Basic auth failed for user", "secret not found", "secret rotated", "secret_version=3", "secretName: db-credentials", "k8s.secret.name=db", "api key is invalid", "api_key=missing", "api_key: required", "authorization=denied", "authorization: failed", "password=***", "password=<redacted>", "password=[FILTERED]", "password=null", "password=None", "password=\"\"", "token=null", "password_hash_algorithm=argon2id", "invalid password", "has_password=false", "password changed at " + when().isoformat(), "passwordless=true", "secret=${DB_SECRET}", "token={{ .Values.token }}", "password: {password}", "token expired", "token: expired", "token=invalid", "Authorization header missing", "session=expired", "session closed", "cookie_consent=true", "cookies disabled", "credentials=include", "credentials: same-origin", "public_key=ed25519", "key=value", "primary_key=order_id", "key_id=projects/x/keys/1", "keyspace=trading", "idempotency_key=" + u(), "routing_key=orders.eu", "sort_key=ts", "partition key 42", "x-api-version: 2", "csrf check passed", "authenticated=true", "oauth2 flow=authorization_code", "secret manager client ready", "pwd=/app/src", "PWD=/home/app", "cwd=/app", "passing=12 failed=0", "pass: 12 fail: 1", "pass=true", "author=alice", "compass=n", "tokenized=true", "account=none", "account_type=margin", "accounts=12", "account is locked", "account manager started", "accounting=ok", "access_key_enabled=true", "client_id=web", "grant_type=client_credentials"),
    "phone-like": lambda: pick(f"ports 30000-{rng.randint(30001, 32767)}", f"range {rng.randint(100, 999)}-{rng.randint(1000, 9999)}", f"rows {rng.randint(1000, 9999)} of {digits(7)}", f"+{rng.uniform(0, 99):.2f}%", f"delta=+{rng.randint(1, 999999)}", f"UTC+0{rng.randint(1, 9)}:00", f"+{rng.randint(1, 9)} more", f"x+{digits(4)}", f"1-800 items", f"diff +{rng.randint(1, 999)} -{rng.randint(1, 999)}", f"pos=+{price()}", f"+{rng.randint(1000000, 9999999)} bytes", f"seq={digits(10)}"),
    "ssn-like": lambda: pick(f"{pick('000', '666', '9' + chars(string.digits, 2))}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}", f"part {rng.randint(100, 999)}-{rng.randint(1, 9)}-{rng.randint(1000, 9999)}", f"version 123-45-678", f"{digits(9)}"), "email-like": lambda: pick("icon@2x.png", f"user@{pick('localhost', 'host', '10.0.0.1')}", "git@github.com:acme/app.git", f"pkg@{rng.randint(1, 9)}.{rng.randint(1, 9)}.0", "@app.route('/x')", "@Override", "a @ b", "consumer@orders-3", "f(x)@line.12", "@everyone", "sha1@HEAD", "loss@step=100", "recall@10.5=0.9"),
    "iban-like": lambda: pick("GB" + chars(UP, 10), an_isin(), "FR" + digits(4), f"NO{digits(9)}MVA"), "isbn": lambda: fake("en_US").isbn13(), "ean": lambda: "ean " + fake("en_US").ean13(), "lot": lambda: f"lot {digits(6)}-{digits(4)}", "offsets": lambda: f"topic=orders partition={rng.randint(0, 99)} offset={digits(rng.randint(6, 12))} lag={rng.randint(0, 999)}", "sizes": lambda: f"heap={digits(10)} rss={digits(9)} limit={digits(10)}", "memory": lambda: f"{rng.randint(1, 999)}.{rng.randint(0, 9)}MiB / {rng.randint(1, 64)}GiB", "arn": lambda: f"arn:aws:iam::{chars(string.digits, 12)}:role/{fake('en_US').word()}", "aws ids": lambda: f"i-{chars(HEX, 17)} subnet-{chars(HEX, 17)} ami-{chars(HEX, 17)}", "cloud account": lambda: f"cloud.account.id={chars(string.digits, 12)}",
    "sentence": lambda: fake().sentence(nb_words=rng.randint(4, 20)), "text": lambda: fake().text(max_nb_chars=400), "name-less json": lambda: json.dumps({"symbol": rng.choice(SYMBOLS), "qty": rng.randint(1, 9999), "px": float(price()), "ts": int(epoch("ms")), "id": digits(pick(8, 12, 18))}), "logfmt": lambda: f"level=info ts={when().isoformat()} caller=main.go:{rng.randint(1, 999)} msg=\"{fake('en_US').sentence()}\" dur={rng.uniform(0, 999):.3f}ms", "fix order": lambda: f"8=FIX.4.4|9=148|35=D|34=1080|49=TESTBUY1|52={when():%Y%m%d-%H:%M:%S.000}|56=TESTSELL1|11={digits(18)}|15=USD|21=2|38=7000|40=1|54=1|55=MSFT|59=0|60={when():%Y%m%d-%H:%M:%S.000}|10=092|",
    "cron": lambda: "*/5 * * * 1-5", "k8s": lambda: f"Successfully pulled image \"registry.example.com/acme/app:{rng.randint(1, 99)}.{rng.randint(0, 9)}\" in {rng.uniform(0, 9):.9f}s", "metrics": lambda: f"http_request_duration_seconds_bucket{{le=\"0.5\",method=\"GET\"}} {rng.randint(1, 10**9)}", "csv": lambda: ",".join(str(pick(rng.randint(1, 10**6), price(), rng.choice(SYMBOLS), when().date())) for _ in range(9)), "matrix": lambda: " ".join(str(rng.randint(0, 9999)) for _ in range(rng.randint(4, 20))), "cert": lambda: "-----BEGIN CERTIFICATE-----\n" + chars(B64, 64) + "\n-----END CERTIFICATE-----", "pub key": lambda: "ssh-rsa AAAAB3NzaC1yc2E" + chars(B64, 120) + " deploy", "fingerprint": lambda: "SHA256:" + chars(B64, 43), "eyJ": lambda: base64.b64encode(json.dumps({"id": rng.randint(1, 99), "symbol": "EURUSD"}).encode()).decode(), "data uri": lambda: "data:image/png;base64," + base64.b64encode(rng.randbytes(50)).decode(), "etag": lambda: f'W/"{chars(HEX, 8)}-{chars(HEX, 12)}"', "req ids": lambda: f"req_{chars(ALNUM, 14)} evt_{chars(ALNUM, 24)} cus_{chars(ALNUM, 14)}", "x-request-id": lambda: f"x-request-id: {chars(ALNUM, 20)}", "geo": lambda: f"lat={rng.uniform(-90, 90):.7f} lon={rng.uniform(-180, 180):.7f}", "decimal": lambda: f"{digits(16)}.{digits(4)}", "fraction": lambda: f"0.{chars(string.digits, 16)}", "big": lambda: digits(rng.randint(20, 40)), "percent": lambda: f"cpu {rng.uniform(0, 100):.1f}% mem {rng.uniform(0, 100):.2f}%", "time": lambda: f"took {rng.randint(1, 59)}:{rng.randint(10, 59)}:{rng.randint(10, 59)}.{rng.randint(100, 999)}",
}


def negative():
    key = ""
    name = rng.choice(list(NEGATIVE))
    text = NEGATIVE[name]()
    if rng.random() < 0.25:
        other = rng.choice(list(NEGATIVE))
        text, name = text + pick(" ", " ", ", ", " | ", "\n") + NEGATIVE[other](), name + " + " + other
    if name == "sql params":
        key = "db.query.text"
    else:
        text = pick("{}", "{}", "{}", "INFO {}", "[{}]", "2024-05-01 10:12:13 DEBUG app - {}", '{{"msg": {}}}').format(text) if "{" not in text else text
    return {"text": text, "kind": "", "secret": "", "source": name, "key": key}


if __name__ == "__main__":
    run(positive, negative)
