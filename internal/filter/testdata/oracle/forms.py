"""Labelled texts in the forms that programs, frameworks and tools write: forms.py SEED POSITIVES NEGATIVES [all].

A template is a text with <fields>; the private value is <v> (or <card>, <email> …). Standard library only.
Forms that the filter is known not to find (UNFOUND) are left out unless "all" is given.
<v:x> writes the value as x needs it: json, json2 (nested twice), url, xml, yaml ('' doubled), b64, c (backslashes).
"""
import base64, json, random, re, string, sys, urllib.parse
from xml.sax.saxutils import escape, quoteattr

R = random.Random()
ALNUM = string.ascii_letters + string.digits

KEYS = [["password"], ["db", "password"], ["api", "key"], ["secret"], ["client", "secret"], ["access", "token"], ["auth", "token"],
        ["refresh", "token"], ["api", "secret"], ["passphrase"], ["private", "key"], ["secret", "key"], ["user", "password"],
        ["smtp", "password"], ["admin", "password"], ["broker", "api", "key"], ["token"], ["redis", "password"], ["passwd"],
        ["webhook", "secret"], ["encryption", "key"], ["signing", "key"], ["session", "token"], ["bot", "token"]]
WORDS = "summer dragon orange Winter falcon river tiger Berlin monkey coffee shadow market".split()
USERS = "alice bob svc_trader app admin j.doe reporting postgres".split()
HOSTS = "db-1 db.internal 10.0.3.7 broker.example.com redis-master localhost".split()

def alnum(n): return "".join(R.choice(ALNUM) for _ in range(n))
def hexs(n): return "".join(R.choice("0123456789abcdef") for _ in range(n))
def digits(n): return str(R.randint(1, 9)) + "".join(R.choice(string.digits) for _ in range(n - 1))
def uuid(): return f"{hexs(8)}-{hexs(4)}-4{hexs(3)}-a{hexs(3)}-{hexs(12)}"
def word(): return R.choice(WORDS)
def b64(s): return base64.b64encode(s.encode()).decode()
def b64u(s): return base64.urlsafe_b64encode(s.encode()).decode().rstrip("=")

def plain():
    "a password without characters that a form would need to escape"
    return R.choice([
        lambda: word() + digits(R.randint(2, 4)),
        lambda: word().capitalize() + R.choice("!_-.*+~^") + digits(4),
        lambda: alnum(R.randint(8, 40)),
        lambda: hexs(32),
        lambda: word() + "-" + word() + "-" + word() + digits(1),
        lambda: alnum(6) + R.choice("!#*%^") + alnum(5),
        lambda: "Str0ng" + R.choice("@#!") + "Pa5s" + alnum(2),
        lambda: alnum(12) + "/" + alnum(12) + "+" + alnum(10) + "==",
        lambda: word() + word().capitalize(),
    ])()

def odd():
    "a password with characters that forms escape or quote"
    return R.choice([
        lambda: word() + '"' + alnum(5), lambda: word() + "'" + alnum(5), lambda: word() + "&" + alnum(5),
        lambda: word() + " " + word() + " " + digits(2), lambda: word() + "@" + alnum(4) + "=" + alnum(2),
        lambda: "pä$$" + word() + "ü" + digits(2), lambda: word() + "\\" + alnum(6), lambda: word() + "<" + alnum(4) + ">",
        lambda: alnum(4) + "," + alnum(5), lambda: alnum(4) + "}" + alnum(5), lambda: alnum(4) + ";" + alnum(5),
        lambda: "密码" + word() + digits(3), lambda: alnum(4) + "%" + alnum(4) + "$" + alnum(3),
    ])()

ESC = {
    "json": lambda s: json.dumps(s, ensure_ascii=R.random() < .5)[1:-1],
    "json2": lambda s: json.dumps(json.dumps(s))[3:-3],
    "url": lambda s: urllib.parse.quote(s, safe=""),
    "form": lambda s: urllib.parse.quote_plus(s),
    "xml": lambda s: escape(s), "attr": lambda s: quoteattr(s.replace('"', "x"))[1:-1],
    "yaml": lambda s: s.replace("'", "''"), "b64": b64,
    "c": lambda s: s.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'"),
    "dq": lambda s: s.replace('"', "#").replace("\\", "/"), "sq": lambda s: s.replace("'", "#").replace("\\", "/"),
    "bare": lambda s: re.sub(r"[\s\"'\\,;&<>{}]", "_", s),
    "line": lambda s: s, "sasl": lambda s: b64("\0bob\0" + s), "up": lambda s: b64("bob:" + s),
}

def luhn(body):
    t = sum(d if i % 2 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(map(int, reversed(body))))
    return body + str(-t % 10)
def card(): return luhn(R.choice(["4111", "5425", "2223", "4539", "5105"]) + digits(11))
def amex(): return luhn("37" + digits(12))
def iban():
    bban = digits(18); n = 98 - int(bban + "131400") % 97
    return f"DE{n:02d}{bban}"
def jwt():
    return b64u('{"alg":"RS256","typ":"JWT"}') + "." + b64u(json.dumps({"sub": digits(8), "iat": 1700000000})) + "." + alnum(43)
def pem(nl="\n"):
    return nl.join(["-----BEGIN RSA PRIVATE KEY-----"] + ["MII" + alnum(61) for _ in range(3)] + ["-----END RSA PRIVATE KEY-----"])

KIND = {"v": "secret", "o": "secret", "card": "card", "cards": "card", "cardd": "card", "amex": "card", "iban": "iban", "ibans": "iban", "email": "email", "ssn": "ssn", "phone": "phone", "jwt": "jwt",
        "pem": "private_key", "pemn": "private_key", "acct": "account", "ghp": "secret", "akia": "secret", "sk": "secret", "slack": "secret", "stripe": "secret", "gcp": "secret", "hkey": "secret"}

def grp(s, n, sep): return sep.join(s[i:i + n] for i in range(0, len(s), n))
PRIVATE = {
    "v": plain, "o": odd, "card": card, "cards": lambda: grp(card(), 4, " "), "cardd": lambda: grp(card(), 4, "-"), "amex": amex,
    "iban": iban, "ibans": lambda: grp(iban(), 4, " "),
    "email": lambda: R.choice(["anna.k", "bob+x", "j_doe", "peter99"]) + R.choice(["", digits(2)]) + "@" + R.choice(["gmail.com", "example.org", "firma.de", "mail.co.uk"]),
    "ssn": lambda: f"{R.choice([536, 219, 401, 123])}-{R.randint(10, 99)}-{R.randint(1000, 9999)}",
    "phone": lambda: "+49" + R.choice(["30", "89", "151", "170"]) + digits(8),
    "jwt": jwt, "pem": pem, "pemn": lambda: pem("\\n"),
    "acct": lambda: R.choice(["U", "DU", ""]) + digits(7),
    "ghp": lambda: "ghp_" + alnum(36), "akia": lambda: "AKIA" + "".join(R.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16)),
    "sk": lambda: "sk-proj-" + alnum(48), "slack": lambda: f"xoxb-{digits(12)}-{digits(12)}-{alnum(24)}", "stripe": lambda: "sk_live_" + alnum(24),
    "gcp": lambda: "AIza" + alnum(35), "hkey": lambda: "hvs." + alnum(24),
}

def key():
    return R.choice(KEYS)
STYLE = {
    "k": lambda w: "_".join(w), "kc": lambda w: w[0] + "".join(x.capitalize() for x in w[1:]), "kp": lambda w: "".join(x.capitalize() for x in w),
    "ku": lambda w: "_".join(w).upper(), "kk": lambda w: "-".join(w), "kd": lambda w: ".".join(w), "kt": lambda w: " ".join(x.capitalize() for x in w),
    "kh": lambda w: "-".join(x.capitalize() for x in w),
}
FILL = {
    "u": lambda: R.choice(USERS), "h": lambda: R.choice(HOSTS), "n": lambda: digits(R.randint(1, 6)), "n1": lambda: digits(1), "w": word, "uuid": uuid, "hex": lambda: hexs(32), "hex16": lambda: hexs(16), "hex8": lambda: hexs(8),
    "ts": lambda: f"2024-{R.randint(1, 12):02d}-{R.randint(1, 28):02d}T{R.randint(0, 23):02d}:{R.randint(0, 59):02d}:{R.randint(0, 59):02d}.{R.randint(0, 999):03d}Z",
    "ms": lambda: "17" + digits(11), "ns": lambda: "17" + digits(17), "us": lambda: "17" + digits(14), "px": lambda: f"{R.randint(1, 60000)}.{R.randint(0, 99999):05d}",
    "sym": lambda: R.choice(["EURUSD", "BTC-USDT", "AAPL", "ESZ4", "GBP/JPY"]), "oid": lambda: digits(R.randint(15, 19)), "id": lambda: alnum(12), "b64u": lambda: b64(R.choice(USERS) + ":"),
}
FIELD = re.compile(r"<(\w+)(?::(\w+))?>")

def render(template):
    "the text, the private values as they stand in it, the kind"
    w, secrets, kind = key(), [], ""
    def field(m):
        nonlocal kind
        name, esc = m.group(1), m.group(2)
        if name in PRIVATE:
            s = PRIVATE[name]()
            if name == "o" and w[-1] in ("token", "key"): s = s.replace(" ", "_")  # only passwords hold spaces
            if esc: s = ESC[esc](s)
            secrets.append(s); kind = kind or KIND[name]
            return s
        if name in STYLE: return STYLE[name](w)
        if name in FILL: return FILL[name]()
        return m.group(0)
    text = FIELD.sub(field, template)
    return text, secrets, kind

# A template a line: its name, and its text with \\n for a line's end. "key=…" before the text is the attribute's key.
P = r'''
java.record         User[name=<u>, <kc>=<v:bare>, active=true]
java.lombok         LoginRequest(username=<u>, <kc>=<v:bare>, remember=false)
java.tostring       DataSourceConfig{url='jdbc:postgresql://<h>/x', username='<u>', <kc>='<v:sq>', pool=<n1>}
java.map            {host=<h>, <kk>=<v:bare>, port=5432}
java.optional       Credentials[user=Optional[<u>], <kc>=Optional[<v:bare>]]
java.guava          Config{host=<h>, <kc>=<v:bare>}
java.apache         com.acme.Config@1b2c3d[host=<h>,<kc>=<v:bare>,retries=3]
kotlin.data         Session(id=<n>, user=User(name=<u>, <kc>=<v:bare>), ttl=30)
go.plusv            {Host:<h> Port:5432 User:<u> <kp>:<v:bare> Pool:{Max:<n1>}}
go.ptr              &{Name:<u> <kp>:<v:bare> Enabled:true}
go.sharpv           main.Config{Host:"<h>", <kp>:"<v:c>", Port:0x1538}
go.sharpvptr        &config.Auth{User:"<u>", <kp>:(*string)(0xc000012345), Token:"<v:c>"}
go.map              map[host:<h> <k>:<v:bare> user:<u>]
go.mapsharp         map[string]string{"host":"<h>", "<k>":"<v:c>"}
go.header           map[Accept:[*/*] Authorization:[Bearer <v:bare>] User-Agent:[Go-http-client/1.1]]
go.header2          http.Header{"Accept":[]string{"*/*"}, "X-Api-Key":[]string{"<v:c>"}}
go.spew             (main.Config) {\n Host: (string) (len=4) "<h>",\n <kp>: (string) (len=12) "<v:c>"\n}
go.bytes            Secret{Data: map[string][]uint8{"<k>":[]uint8("<v:c>")}}
rust.debug          Config { host: "<h>", <k>: "<o:c>", port: 5432 }
rust.some           Credentials { user: Some("<u>"), <k>: Some("<o:c>") }
rust.secretstring   Login { user: "<u>", <k>: SecretString("<v:c>") }
rust.pretty         Config {\n    host: "<h>",\n    <k>: Some(\n        "<v:c>",\n    ),\n}
cs.record           LoginCommand { UserName = <u>, <kp> = <v:bare>, Tenant = <n> }
cs.anon             { Host = <h>, <kp> = <v:bare> }
cs.serilog          Handling LoginCommand {"UserName": "<u>", "<kp>": "<v:json>", "$type": "LoginCommand"}
cs.ef               Executed DbCommand (3ms) [Parameters=[@p0='<u>', @<kc>='<v:sq>' (Size = 4000)], CommandType='Text', CommandTimeout='30']
ruby.inspect        #<User id: <n>, name: "<u>", <k>: "<o:c>", created_at: "2024-01-01">
ruby.hash           {:user=>"<u>", :<k>=>"<o:c>"}
ruby.strhash        Parameters: {"utf8"=>"✓", "session"=>{"email"=>"x", "<k>"=>"<o:c>"}, "commit"=>"Log in"}
ruby.ivar           #<Client:0x000055d0 @host="<h>", @<k>="<o:c>", @timeout=30>
ruby.new            {user: "<u>", <k>: "<o:c>", admin: false}
ruby.struct         #<struct Login user="<u>", <k>="<v:c>">
php.print_r         Array\n(\n    [user] => <u>\n    [<k>] => <v>\n    [port] => 3306\n)
php.print_r2        stdClass Object ( [user] => <u> [<kc>] => <v:bare> [active] => 1 )
php.vardump         array(2) {\n  ["user"]=>\n  string(5) "<u>"\n  ["<k>"]=>\n  string(12) "<v:dq>"\n}
php.varprotected    object(App\User)#3 (2) {\n  ["<k>":protected]=>\n  string(12) "<v:dq>"\n}
php.export          array (\n  'user' => '<u>',\n  '<k>' => '<o:c>',\n)
php.serialize       a:2:{s:4:"user";s:5:"alice";s:8:"password";s:12:"<v:dq>";}
php.trace           #3 /app/vendor/PDO.php(42): PDO->__construct('mysql:host=<h>;password=<v:bare>', 'app')
py.dict             {'user': '<u>', '<k>': '<o:c>', 'n': <n>}
py.repr             Config(host='<h>', <k>='<o:c>', port=5432)
py.secretdict       OrderedDict([('user', '<u>'), ('<k>', '<o:c>')])
py.bytes            {'<k>': b'<v:c>', 'n': 1}
py.namespace        Namespace(host='<h>', <k>='<o:c>', verbose=False)
py.kwargs           connect() called with args=() kwargs={'host': '<h>', '<k>': '<o:c>'}
py.pytest           >       login(user, <k>)\nuser       = '<u>'\n<k>   = '<o:c>'\n\ntests/test_x.py:12: AssertionError
py.rich             │ │    <k> = '<o:c>'                                 │ │
py.loguru           >   connect(<k>)\n            └ '<v:c>'\n  <k> = '<v:c>'
py.fstring          settings: host='<h>' <k>='<o:c>'
py.pydantic         DATABASE_HOST='<h>' <ku>='<v:c>' debug=True
py.sentry           {"vars": {"user": "'<u>'", "<k>": "'<v:json>'"}}
py.namedtuple       Login(user='<u>', <k>='<v:c>')
py.logging          INFO:root:login user=<u> <k>=<v:bare> ok
py.typed            <k>: str = '<v:c>'
js.inspect          { user: '<u>', <kc>: '<o:c>', port: 5432 }
js.nested           {\n  db: { host: '<h>', <kc>: '<o:c>' },\n  level: 30\n}
js.map              Map(2) { 'user' => '<u>', '<kc>' => '<o:c>' }
js.entries          [ [ 'user', '<u>' ], [ '<kc>', '<v:c>' ] ]
js.backtick         const <kc> = `<v:bare>`;
js.assign           process.env.<ku> = '<o:c>';
js.axios            headers: { Accept: 'application/json', Authorization: 'Bearer <v:bare>', 'User-Agent': 'axios/1.6.0' }
js.rawheaders       rawHeaders: [ 'Host', '<h>', 'X-Api-Key', '<v:c>', 'Accept', '*/*' ]
ts.typed            const <kc>: string = "<o:c>";
elixir.map          %{host: "<h>", <k>: "<o:c>"}
elixir.strmap       %{"user" => "<u>", "<k>" => "<o:c>"}
elixir.struct       %MyApp.User{id: <n>, <k>: "<v:c>", inserted_at: ~U[2024-01-01 00:00:00Z]}
elixir.keyword      [hostname: "<h>", <k>: "<v:c>", pool_size: 10]
erlang.map          #{host => "<h>", <k> => <<"<v:c>">>}
erlang.proplist     [{host,"<h>"},{<k>,"<v:c>"}]
erlang.binprop      [{<<"host">>,<<"<h>">>},{<<"<k>">>,<<"<v:c>">>}]
scala.case          Map(user -> <u>, <kc> -> <v:bare>)
scala.config        Config(SimpleConfigObject({"db":{"<kk>":"<v:json>"}}))
lua.table           { host = "<h>", <k> = "<o:c>", port = 6379 }
lua.brackets        { ["host"] = "<h>", ["<k>"] = "<o:c>" }
perl.dumper         $VAR1 = {\n          'user' => '<u>',\n          '<k>' => '<o:c>'\n        };
perl.assign         my $<k> = '<v:c>';
clojure.map         {:user "<u>", :<kk> "<o:c>"}
lisp.plist          (:user "<u>" :<kk> "<v:c>")
swift.dump          Credentials(user: "<u>", <kc>: "<v:c>")
swift.optional      Credentials(user: Optional("<u>"), <kc>: Optional("<v:c>"))
dart.map            {user: <u>, <kc>: <v:bare>}
objc.dict           {\n    user = <u>;\n    <kc> = "<v:dq>";\n}
r.list              list(user = "<u>", <k> = "<v:c>")
proto.text          user: "<u>" <k>: "<o:c>" port: 5432
proto.textnest      auth { user: "<u>" <k>: "<v:c>" }
toml                [db]\nhost = "<h>"\n<k> = "<o:c>"
toml.inline         auth = { user = "<u>", <k> = "<v:c>" }
toml.triple         <k> = """<v:dq>"""
ini                 [client]\nuser = <u>\n<k> = <v>\nhost=<h>
properties          spring.datasource.url=jdbc:x\nspring.datasource.<kk>=<v>
properties.colon    db.user: <u>\ndb.<kd> : <v>
env                 HOST=<h>\n<ku>=<v:bare>\nDEBUG=1
env.export          export <ku>="<v:dq>"
env.single          export <ku>='<o:sq>'
hcl                 variable "x" {}\n<k> = "<o:c>"
hcl.default         variable "<k>" {\n  type    = string\n  default = "<v:c>"\n}
yaml.plain          db:\n  user: <u>\n  <kk>: <v:bare>\n  port: 1
yaml.quoted         <kc>: "<o:c>"
yaml.single         <k>: '<o:yaml>'
yaml.block          <k>: |\n  <v>\nnext: 1
yaml.folded         <k>: >-\n    <v>\nother: x
yaml.flow           db: {user: <u>, <kc>: <v:bare>}
yaml.anchor         <k>: &pw <v:bare>\nother: *x
yaml.tag            <k>: !!str <v:bare>
yaml.envlist        env:\n  - name: <ku>\n    value: "<o:c>"
yaml.envlist2       - {name: <ku>, value: <v:bare>}
kube.secret         kind: Secret\ntype: Opaque\ndata:\n  <kk>: <v:b64>
kube.stringdata     apiVersion: v1\nkind: Secret\nstringData:\n  <k>: <v>
kube.describe       Environment:\n      HOST:  <h>\n      <ku>:  <v>
json                {"user":"<u>","<k>":"<o:json>","n":<n>}
json.pretty         {\n  "host": "<h>",\n  "<kc>" : "<o:json>"\n}
json.escaped        payload="{\"user\":\"<u>\",\"<kc>\":\"<v:bare>\"}"
json.twice          {"a":"{\"b\":\"{\\\"<k>\\\":\\\"<v:bare>\\\"}\"}"}
json.array          {"<kc>":["<v:json>"]}
json.object         {"<kc>":{"value":"<o:json>"}}
json.kv             {"key":"<ku>","value":"<o:json>"}
json.otlp           {"key":"<kd>","value":{"stringValue":"<o:json>"}}
json5               {user: '<u>', <kc>: '<o:c>',}
xml.element         <login><user><u></user><<kc>><o:xml></<kc>></login>
xml.attr            <add key="x" /><conn user="<u>" <kc>="<o:attr>"/>
xml.keyvalue        <add key="<kp>" value="<o:attr>" />
xml.property        <property name="<kc>" value="<o:attr>"/>
xml.propelem        <property name="<kd>"><value><o:xml></value></property>
xml.hadoop          <property><name>fs.<kd></name><value><v:xml></value></property>
xml.cdata           <<kc>><![CDATA[<v>]]></<kc>>
xml.ns              <ns2:<kc> xsi:type="xsd:string"><v:xml></ns2:<kc>>
soap.wsse           <wsse:UsernameToken><wsse:Username><u></wsse:Username><wsse:Password Type="http://docs.oasis-open.org/x#PasswordText"><o:xml></wsse:Password></wsse:UsernameToken>
html.input          <input type="password" name="<k>" value="<o:attr>">
html.hidden         <input type="hidden" name="csrf_token" value="<v:attr>"/>
multipart           --X\r\nContent-Disposition: form-data; name="<k>"\r\n\r\n<o:line>\r\n--X--
form                grant_type=password&username=<u>&password=<o:form>&scope=a
form2               client_id=<id>&client_secret=<o:form>
graphql             {"query":"mutation($p:String!){login(p:$p)}","variables":{"<kc>":"<o:json>"}}
graphql.inline      mutation { login(user: "<u>", <kc>: "<o:c>") { id } }
curl.u              curl -u <u>:<v:bare> https://<h>/x
curl.user           curl --user '<u>:<v:sq>' https://<h>
curl.h              curl -H 'X-Api-Key: <v:sq>' https://<h>/v1
curl.auth           curl -H "Authorization: Bearer <v:bare>" https://<h>
curl.d              curl -d '{"<k>":"<v:json>"}' https://<h>
curl.form           curl -F <k>=<v:bare> https://<h>
curl.urlencode      curl --data-urlencode '<k>=<v:sq>' https://<h>
curl.verbose        > GET / HTTP/1.1\n> Host: x\n> Authorization: Basic <v:up>\n> Accept: */*
curl.cookie         curl -b 'session=<v:bare>' https://<h>
header.raw          GET / HTTP/1.1\r\nHost: <h>\r\nX-Auth-Token: <v:bare>\r\nAccept: */*
header.pydict       {'Accept': '*/*', 'X-API-KEY': '<v:c>', 'User-Agent': 'python-requests/2.31'}
header.pylist       [('Host', '<h>'), ('Authorization', 'Bearer <v:bare>')]
header.pybytes      [(b'host', b'<h>'), (b'authorization', b'Bearer <v:bare>')]
header.java         {Accept=[*/*], Authorization=[Bearer <v:bare>], Host=[<h>]}
header.spring       [Accept:"*/*", Authorization:"Bearer <v:bare>"]
header.netty        DefaultHttpHeaders[host: <h>, x-api-key: <v:bare>]
header.httpclient   http-outgoing-0 >> "X-Api-Key: <v:bare>[\r][\n]"
header.rust         {"accept": "*/*", "x-api-key": "<v:c>"}
header.nginx        10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET /x?api_key=<v:url>&a=1 HTTP/1.1" 200 <n> "-" "curl/8"
header.envoy        ':authority', '<h>'\n':path', '/x'\n'authorization', 'Bearer <v:bare>'
header.h2           [:authority: <h>] [x-api-key: <v:bare>]
header.token        Authorization: token <v:bare>
header.apikey       Authorization: ApiKey <v:bare>
header.digest       Authorization: Digest username="<u>", realm="x", nonce="<hex8>", uri="/", response="<v:dq>"
header.sigv4        Authorization: AWS4-HMAC-SHA256 Credential=<akia>/20240101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=<hex>
header.sigv4sig     Authorization: AWS4-HMAC-SHA256 Credential=X/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=<v:bare>
header.proxy        Proxy-Authorization: Basic <v:up>
cookie              Cookie: theme=dark; sessionid=<v:bare>; lang=en
cookie.set          Set-Cookie: JSESSIONID=<v:bare>; Path=/; HttpOnly
oauth.response      {"access_token":"<v:json>","token_type":"Bearer","expires_in":3600}
oauth.refresh       grant_type=refresh_token&refresh_token=<v:url>&client_id=x
oauth.assertion     grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=<jwt>
oauth.idtoken       id_token: <jwt>
ldap                ldapsearch -H ldap://<h> -D cn=admin,dc=x -w <v:bare> -b dc=x
ldap.ldif           dn: uid=<u>,dc=x\nuserPassword: <v:bare>
ldap.ldif64         userPassword:: <v:b64>
smtp                C: AUTH PLAIN <v:sasl>
smtp.login          AUTH LOGIN <v:b64>
ftp                 USER <u>\r\nPASS <v:bare>\r\n
imap                a001 LOGIN <u> "<v:dq>"
redis.auth          AUTH <v:bare>
redis.auth2         AUTH default <v:bare>
redis.monitor       1700000000.123 [0 127.0.0.1:1] "AUTH" "<v:c>"
redis.requirepass   CONFIG SET requirepass <v:bare>
xmpp                <auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN"><v:sasl></auth>
irc                 PRIVMSG NickServ :IDENTIFY <v:bare>
kafka.jaas          sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="<u>" password="<v:c>";
kafka.scram         ScramLoginModule required username='<u>' password='<v:sq>';
jdbc                jdbc:mysql://<h>:3306/x?user=<u>&password=<v:url>
jdbc.oracle         jdbc:oracle:thin:<u>/<v:bare>@<h>:1521:x
jdbc.sqlserver      jdbc:sqlserver://<h>;databaseName=x;user=<u>;password=<v:bare>;encrypt=true
odbc                Driver={ODBC Driver 17};Server=<h>;UID=<u>;PWD=<v:bare>;
odbc.braces         Driver={X};UID=<u>;PWD={<v:bare>};
adonet              Server=<h>;Database=x;User Id=<u>;Password=<v:bare>;TrustServerCertificate=True
adonet.quoted       Host=<h>;Username=<u>;Password="<v:dq>";
pg.dsn              host=<h> user=<u> password=<v:bare> dbname=x sslmode=require
pg.dsnq             host=<h> password='<o:c>' dbname=x
url.postgres        postgres://<u>:<v:url>@<h>/x
url.mongo           mongodb+srv://<u>:<o:url>@<h>/x?retryWrites=true
url.amqp            amqp://<u>:<v:url>@<h>:5672/%2f
url.redis           redis://:<v:url>@<h>:6379/0
url.git             https://x-access-token:<ghp>@github.com/a/b.git
url.sas             https://acct.blob.core.windows.net/c/b?sv=2022-11-02&se=2024-01-01&sr=b&sp=r&sig=<v:url>
url.presigned       https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Signature=<v:url>
url.token           wss://<h>/stream?token=<v:url>&sym=<sym>
azure.storage       DefaultEndpointsProtocol=https;AccountName=x;AccountKey=<v:bare>;EndpointSuffix=core.windows.net
azure.servicebus    Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=<v:bare>
django.post         <QueryDict: {'csrfmiddlewaretoken': ['x'], 'username': ['<u>'], 'password': ['<o:c>']}>
rails.log           Parameters: {"user"=>{"login"=>"<u>", "<k>"=>"<v:c>"}}
laravel.log         [2024-01-01 00:00:00] local.ERROR: login failed {"userId":1,"<k>":"<v:json>"}
express.body        req.body: { username: '<u>', password: '<o:c>' }
aspnet.form         Form values: username=<u>, <kc>=<v:bare>
aspnet.config       ConnectionStrings:Default = Server=x;Pwd=<v:bare>
spring.env          Adding property source: {spring.datasource.<kk>=<v:bare>, server.port=80}
quarkus             Config property quarkus.datasource.password with value "<v:dq>"
docker.run          docker run -e <ku>=<v:bare> -p 80:80 img:1
docker.login        docker login -u <u> -p <v:bare> registry.x
docker.inspect      "Env": ["PATH=/bin", "<ku>=<v:json>", "HOME=/"]
docker.auth         {"auths":{"x":{"auth":"<v:up>"}}}
kubectl.literal     kubectl create secret generic x --from-literal=<kk>=<v:bare>
helm.set            helm upgrade x ./c --set auth.<kc>=<v:bare>
systemd             Environment="<ku>=<v:dq>"
powershell          $env:<ku> = "<v:dq>"
ps.secure           ConvertTo-SecureString "<v:dq>" -AsPlainText -Force
ps.param            New-User -Name <u> -Password '<v:sq>'
cmd.set             set <ku>=<v:bare>
cmd.netuse          net use Z: \\srv\x /user:<u> <v:bare>
cli.long            tool --host <h> --<kk> <v:bare> --verbose
cli.eq              tool --<kk>=<v:bare> run
cli.quoted          tool --<kk> "<v:dq>"
cli.single          tool -<kk> <v:bare>
cli.argv            ['tool', '--<kk>', '<v:c>', '--x']
cli.jsonargv        {"args":["tool","--<kk>","<v:json>"]}
cli.javad           java -D<kd>=<v:bare> -jar x.jar
cli.mysql           mysqldump -h<h> -u<u> -p<v:bare> db
cli.pgenv           PGPASSWORD=<v:bare> psql -h <h>
cli.sshpass         sshpass -p <v:bare> ssh <u>@<h>
cli.openssl         openssl rsa -in k.pem -passin pass:<v:bare>
cli.wget            wget --http-password=<v:bare> https://<h>
cli.redis           redis-cli -h <h> -a <v:bare> PING
cli.aws             aws configure set aws_secret_access_key <v:bare>
ci.gha              ##[debug]....=> 'x'\nwith:\n  <kk>: <v:bare>
terraform.plan      + <k> = "<v:c>"
terraform.change    ~ <k> = "<v:c>" -> (known after apply)
ansible             ok: [h] => {"ansible_become_pass": "<v:json>"}
ansible.msg         changed: [h] => (item={'name': '<u>', 'password': '<v:c>'})
ansible.ini         h ansible_host=<h> ansible_ssh_pass=<v:bare>
sql.create          CREATE USER <u> WITH PASSWORD '<o:yaml>'
sql.alter           ALTER ROLE <u> WITH LOGIN ENCRYPTED PASSWORD '<v:yaml>' VALID UNTIL 'infinity';
sql.mysql           CREATE USER '<u>'@'%' IDENTIFIED BY '<v:c>'
sql.setpassword     SET PASSWORD FOR '<u>'@'%' = '<v:c>'
sql.oracle          ALTER USER <u> IDENTIFIED BY <v:bare>
sql.dblink          SELECT * FROM dblink('host=<h> user=<u> password=<v:bare>', 'select 1')
sql.copy            COPY t FROM 's3://b' CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key=<v:bare>'
sql.where           SELECT * FROM users WHERE name='<u>' AND password='<v:yaml>'
sql.mssql           CREATE LOGIN <u> WITH PASSWORD = N'<v:yaml>'
sql.psqlrow          id | name | <k>\n----+------+------\n  1 | bob  | <v:bare>
logfmt              level=info msg="login" user=<u> <k>=<v:bare> dur=3ms
logfmt.q            ts=<ts> level=warn <k>="<o:c>" n=1
logfmt.nested       msg="sent {\"<k>\":\"<v:bare>\"}" n=1
cef                 CEF:0|V|P|1|100|login|5|suser=<u> cs1Label=<kc> cs1=<v:bare>
cef.kv              CEF:0|V|P|1|100|login|5|src=10.0.0.1 <kc>=<v:bare>
leef                LEEF:2.0|V|P|1|login|^|usrName=<u>^<kc>=<v:bare>^dst=x
syslog.sd           <34>1 <ts> h app - - [auth@32473 user="<u>" <kc>="<v:dq>"] login
gelf                {"version":"1.1","host":"<h>","_<k>":"<v:json>"}
winevent            New Process Name: x.exe\nProcess Command Line: x.exe /user:<u> /password:<v:bare>
csv                 user,<k>,email\n<u>,<v:bare>,x
prose.colon         Your new <kt>: <v:bare>
prose.arrow         <k> -> <v:bare>
prose.arrow2        <k> => "<v:dq>"
prose.walrus        <k> := "<v:c>"
prose.eqeq          if <kc> == "<v:c>" {
prose.set           set <k> to '<v:sq>'
prose.quoted        invalid value "<v:dq>" for <k>
prose.backtick      `<k>`: `<v:bare>`
prose.md            | <k> | `<v:bare>` |
prose.bold          **<kt>:** <v:bare>
prose.spaced        <kt>   :   <v:bare>
prose.fullcolon     <k>：<v:bare>
go.zap              INFO\tlogin\t{"user": "<u>", "<kc>": "<v:json>"}
go.klog             I0101 00:00:00.1 1 x.go:1] "login" user="<u>" <kc>="<v:c>"
go.flag             flag --<kk>="<v:c>"
go.errwrap          connect: parse "postgres://<u>:<v:url>@<h>": invalid port
node.bunyan         {"name":"x","req":{"headers":{"authorization":"Bearer <v:json>"}},"v":0}
vendor.ghp          remote: using <ghp> for push
vendor.akia         creds <akia> loaded
vendor.sk           openai key <sk> rejected
vendor.slack        posting with <slack>
vendor.stripe       stripe: <stripe>
vendor.gcp          maps?key=<gcp>
vendor.vault        VAULT <hkey>
card.text           charged <card> for 10.00
card.json           {"pan":"<card>","exp":"12/27"}
card.jsonnum        {"card_number":<card>}
card.spaced         card <cards> declined
card.dashed         card=<cardd>;
card.amex           amex:<amex>
card.track          %B<card>^DOE/JOHN^2712101?
card.xml            <CardNumber><card></CardNumber>
card.go             {Number:<card> CVV:***}
iban.text           pay to <iban>.
iban.spaced         IBAN: <ibans>
iban.xml            <IBAN><iban></IBAN>
email.text          sent to <email>, ok
email.angle         From: Bob <<email>>
email.url           /u?mail=<email:url>
email.go            {Email:<email> Age:3}
email.json          {"to":["<email>"]}
ssn.text            ssn <ssn> verified
ssn.json            {"ssn":"<ssn>"}
phone.text          call <phone> now
phone.json          {"msisdn":"<phone>"}
phone.url           tel:<phone>
jwt.text            got <jwt>
jwt.header          Authorization: Bearer <jwt>
jwt.cookie          Cookie: jwt=<jwt>; a=1
pem.text            loaded <pem>
pem.json            {"private_key":"<pemn>"}
acct.kv             account=<acct> sym=<sym>
acct.json           {"accountId":"<acct>","qty":1}
acct.text           account <acct> margin call
acct.go             {AccountID:<acct> Symbol:<sym>}
acct.py             Order(account='<acct>', symbol='<sym>')
acct.fix            8=FIX.4.4|9=100|35=D|1=<acct>|55=<sym>|54=1|
acct.fixsoh         8=FIX.4.4\x019=100\x0135=D\x011=<acct>\x0155=<sym>\x01
acct.fixpw          8=FIX.4.4|35=A|553=<u>|554=<v:bare>|98=0|
acct.rust           Order { account_id: Some("<acct>"), qty: 1 }
attr.password       key=db.password <v>
attr.header         key=http.request.header.x_api_key <v:bare>
attr.authz          key=http.request.header.authorization Bearer <v:bare>
attr.cookie         key=http.request.header.cookie sid=<v:bare>
attr.urlfull        key=url.full https://x/y?access_token=<v:url>
attr.statement      key=db.query.text UPDATE users SET password = '<v:yaml>' WHERE id = 3
attr.cmd            key=process.command_line app --<kk> <v:bare>
py.pydantic         1 validation error for Login\n<k>\n  Input should be a valid integer [type=int_type, input_value='<v:c>', input_type=str]
py.attrs            <Login user='<u>' <k>='<v:c>'>
py.dataclassnest    Outer(inner=Inner(<k>='<v:c>', n=1), ok=True)
py.defaultdict      defaultdict(<class 'str'>, {'<k>': '<v:c>'})
py.envdump          environ({'HOME': '/root', '<ku>': '<v:c>'})
py.click            Options: {'--<kk>': '<v:c>'}
py.locals           locals: user='<u>', <k>='<v:c>', self=<Client object at 0x7f>
py.hydra            ++db.<k>=<v:bare>
py.structlog        2024-01-01 [info     ] login                          <k>=<v:bare> user=<u>
py.walrus           (<k> := '<v:c>')
go.slogtext         time=<ts> level=INFO msg=login <kc>=<v:bare>
go.slogjson         {"time":"<ts>","level":"INFO","msg":"x","auth":{"<kc>":"<v:json>"}}
go.ptrstr           Config{<kp>:&"<v:c>"}
go.structtagval     {<kp>:{Value:<v:bare> Source:env}}
go.sqlargs          args=["<u>" "<id>"] <k>="<v:c>"
java.stacked        User(id=<n>, cred=Cred(<kc>=<v:bare>))
java.hibernate      binding parameter [2] as [VARCHAR] - <kc>=[<v:bare>]
java.envsys         -> <ku> = <v:bare>
java.spel           #{systemProperties['<kd>'] = '<v:c>'}
java.mapentry       entry(<kc>, "<v:c>")
java.setter         setPassword("<v:c>")
java.builder        builder.user("<u>").password("<v:c>").build()
js.setheader        req.setHeader('X-Api-Key', '<v:c>')
js.template         { "<kc>": `<v:bare>` }
js.formdata         FormData { <k>: <v:c> }
js.url              URLSearchParams { 'user' => '<u>', '<k>' => '<v:c>' }
js.winston          info: login {"<kc>":"<v:json>","timestamp":"<ts>"}
ruby.kwargs         Client.new(host: '<h>', <k>: '<v:c>')
ruby.faraday        request: X-Api-Key: "<v:dq>"
rust.tracing        INFO app: login user="<u>" <k>="<v:c>"
rust.newtype        ApiKey("<v:c>")
rust.hashmap        {"<k>": String("<v:c>"), "n": Number(1)}
cs.dict             [<kp>, <v:bare>]
cs.kvp              { Key = <kp>, Value = <v:bare> }
elixir.inspect      [{"<k>", "<v:c>"}, {"n", 1}]
elixir.redact       conn.params: %{"session" => %{"<k>" => "<v:c>"}}
erlang.list         [{<k>,<<"<v:c>">>},{port,1}]
yaml.question       ? <k>\n: <v:bare>
yaml.listmap        - <k>: <v:bare>\n- x: 1
yaml.comment        <k>: <v:bare>   # rotate soon
toml.dotted         db.<k> = '<v:c>'
ini.space           <k> <v:bare>
netrc               machine <h> login <u> password <v:bare>
pgpass              <h>:5432:db:<u>:<v:bare>
npmrc               //registry.npmjs.org/:_authToken=<v:bare>
pypirc              [pypi]\nusername = __token__\npassword = <v:bare>
dockercompose       environment:\n      - <ku>=<v:bare>
dockerhist          ENV <ku>=<v:bare>
dockerarg           docker build --build-arg <ku>=<v:bare> .
k8s.env             - name: <ku>\n  value: <v:bare>
k8s.args            args: ["--<kk>=<v:json>"]
helm.values         auth:\n  <kc>: "<v:dq>"
tf.output           <k> = <<EOT\n<v:bare>\nEOT
ansible.vars        "vars": {"ansible_password": "<v:json>"}
svn                 svn co --username <u> --password <v:bare> svn://<h>
git.header          git -c http.extraHeader="Authorization: Bearer <v:bare>" fetch
az.cli              az sql server create -u <u> --admin-password <v:bare>
vault.write         vault kv put secret/db <k>=<v:bare>
psql.uri            psql "postgresql://<u>:<v:url>@<h>:5432/db?sslmode=require"
win.runas           cmdkey /add:<h> /user:<u> /pass:<v:bare>
win.registry        "DefaultPassword"="<v:dq>"
rabbit              rabbitmqctl add_user <u> <v:bare>
mysql.grant         GRANT ALL ON *.* TO '<u>'@'%' IDENTIFIED BY '<v:sq>' WITH GRANT OPTION
mysql.change        CHANGE MASTER TO MASTER_USER='<u>', MASTER_PASSWORD='<v:sq>'
ch.create           CREATE USER <u> IDENTIFIED WITH sha256_password BY '<v:sq>'
snowflake           CREATE STAGE s CREDENTIALS=(AWS_KEY_ID='x' AWS_SECRET_KEY='<v:sq>')
sql.pgcrypt         SELECT crypt('<v:sq>', password) FROM users
mongo.shell         db.createUser({user: "<u>", pwd: "<v:c>", roles: []})
mongo.auth          db.auth("<u>", "<v:c>")
ws.msg              << {"op":"login","args":[{"apiKey":"<v:json>","passphrase":"<v:json>"}]}
binance.hdr         X-MBX-APIKEY: <v:bare>
okx.hdr             OK-ACCESS-PASSPHRASE: <v:bare>
kraken              {"API-Key": "<v:json>", "API-Sign": "x"}
ib.acct             Account: <acct>, NetLiquidation: <px>
mt5.login           mt5.login(<n>, password="<v:c>", server="X")
fix.logon           8=FIX.4.2\x019=60\x0135=A\x01553=<u>\x01554=<v:bare>\x0110=000\x01
xml.attrspace       <db host = "<h>" <kc> = "<v:attr>" />
xml.nested          <credentials><username><u></username><password encrypted="false"><v:xml></password></credentials>
plist               <key><kc></key><string><v:xml></string>
html.data           <div data-<kk>="<v:attr>">
mail.body           Login: <u>\nPassword: <v>\n\nRegards
chat                hey, db password: <v:bare> thanks
sentence.to         changed the <k> to <v:bare> yesterday
sentence.use        use password '<v:sq>' for <u>
sentence.eq         <kt> = <v:bare>
debug.sym           <k>=>'<v:c>',
debug.colon2        <k>:: <v:bare>
debug.hash          <k>#<v:bare>
debug.guille        <k> = «<v:bare>»
debug.curly         <k> = “<v:bare>”
debug.brackets      [<k>: <v:bare>] [user: <u>]
debug.pipe          user=<u>|<k>=<v:bare>|x=1
debug.semicolon     user:<u>;<k>:<v:bare>;
debug.tabkv         <k>:\t<v:bare>
debug.newline       <kt>:\n  <v:bare>
card.masknot        PAN=<card>;EXP=1227
card.list           cards: ['<card>', '<cards>']
iban.json           {"iban":"<ibans>"}
email.mailto        mailto:<email>?subject=x
ssn.label           Social Security Number: <ssn>
phone.kv            phone=<phone>
jwt.json            {"jwt":"<jwt>"}
more.q1                  Settings(_env_file=None, <k>='<v:c>')
more.q2                  user=<u>; <kc>=<v:bare>; Path=/
more.q3                  <kp>: <v:bare>, Host: <h>
more.q4                  2024/01/01 00:00:00 [debug] config loaded: <k>="<v:c>" host="<h>"
more.q5                  data: {"type":"auth","data":{"<kc>":"<v:json>"}}
more.q6                  event=login <k>:'<v:sq>'
more.q7                  {:ok, %{<k>: "<v:c>"}}
more.q8                  Object { user: "<u>", <kc>: "<v:c>" }
more.q9                  (<k>=<v:bare>)
more.q10                 [<k>=<v:bare>]
more.q11                 <<k>=<v:bare>>
more.q12                 "<ku>": "<v:json>",
more.q13                 \t<kp>\t= "<v:c>"
more.q14                 >>> <k> = "<v:c>"
more.q15                 + <ku>=<v:bare>
more.q16                 $ export <ku>=<v:bare>
more.q17                 Setting env var <ku> to "<v:dq>"
more.q18                 --set-string <kc>=<v:bare>,a=b
more.q19                 /opt/app --db-password=<v:bare> --x
more.q20                 with_entries({"<k>": "<v:json>"})
more.q21                 HGETALL -> 1) "<k>" 2) "<v:dq>"
more.q22                 <k>: "<v:dq>" (from env)
more.q23                 assertEquals("<u>", x) expected:<User(<kc>=<v:bare>)>
more.q24                 Body: <k>=<v:form>&x=1
more.q25                 POST /login body={"<kc>":"<v:json>"}
more.q26                 {'headers': {'x-api-key': '<v:c>'}}
more.q27                 -H 'Authorization: Bearer <jwt>'
more.q28                 Authorization=Basic <v:up>
more.q29                 mysql://<u>:<v:url>@<h>/db?charset=utf8
more.q30                 SASL_PASSWORD: <v:bare>
more.q31                 auth=("<u>", "<v:c>")
more.q32                 card_number: "<cards>"
more.q33                 sent by <email> to x
more.q34                 <ssn> on file
more.q35                 <k> = %q{<v:bare>}
more.q36                 local <k> = "<v:c>"
more.q37                 let <k> = "<v:c>".to_string();
more.q38                 var <kc> string = "<v:c>"
more.q39                 char <k>[] = "<v:c>";
more.q40                 #define <ku> "<v:dq>"
more.q41                 final String <kc> = "<v:c>";
more.q42                 val <kc> = "<v:c>"
'''

N = r'''
type.ts             interface Login { user: string; <kc>: string; remember?: boolean }
type.ts2            function login(user: string, <kc>: string): Promise<void>
type.go             type Config struct { Host string; <kp> string `json:"<kc>"` }
type.java           private String <kc>;
type.java2          public void login(String user, String <kc>) throws AuthException
type.kotlin         data class Login(val user: String, val <kc>: String?)
type.rust           struct Login { user: String, <k>: Option<String> }
type.py             def login(user: str, <k>: str) -> Token:
type.pyopt          <k>: Optional[str] = None
type.pydantic       <k>: SecretStr
type.pyfield        <k>: SecretStr = Field(...)
type.cs             public string <kp> { get; set; }
type.proto          message Login { string user = 1; string <k> = 2; }
type.graphql        input Login { user: String! <kc>: String! }
type.sql            CREATE TABLE u (id INT, <k> VARCHAR(255) NOT NULL)
type.sql2           ALTER TABLE users ADD COLUMN <k> text;
type.openapi        <kc>:\n  type: string\n  format: password
type.openapij       {"<kc>":{"type":"string","minLength":8}}
type.jsonschema     "required":["user","<k>"]
type.zod            z.object({ <kc>: z.string().min(8) })
type.mongoose       <kc>: { type: String, required: true }
type.tfvar          variable "<k>" {\n  type      = string\n  sensitive = true\n}
type.yup            <kc>: Yup.string().required('Required')
type.swift          var <kc>: String?
mask.stars          password: ***
mask.stars2         {"<k>":"********"}
mask.redacted       Password: <redacted>
mask.brackets       <k>=[REDACTED]
mask.filtered       "<k>"=>"[FILTERED]"
mask.laravel        '<k>' => '********'
mask.hidden         <kc>=(hidden)
mask.secretstr      Config(<k>=SecretStr('**********'))
mask.rust           <k>: Secret([REDACTED alloc::string::String])
mask.tf             + <k> = (sensitive value)
mask.xs             <k>=xxxxxxxx
mask.sensitive      <k>: <sensitive>
mask.set            <k>: <set to the key 'password' in secret 'db'>  Optional: false
mask.len            <k>=<len=12>
null.json           {"user":"<u>","<k>":null}
null.py             {'<k>': None}
null.empty          {"<kc>":""}
null.emptykv        user=<u> <k>= host=<h>
null.rust           Login { user: "x", <k>: None }
null.go             {User:<u> <kp>: Port:1}
null.gonil          {User:"x", <kp>:(*string)(nil)}
null.ruby           :<k>=>nil
null.bool           <k>_set=true
null.bool2          {"has<kp>":true,"<kc>Required":false}
null.js             { <kc>: undefined }
null.erl            #{<k> => undefined}
ref.shell           mysql -u root -p"$MYSQL_PASSWORD"
ref.shell2          password=$PGPASSWORD psql
ref.brace           apiKey=${API_KEY}
ref.default         <k>=${<ku>:-}
ref.helm            <k>: {{ .Values.auth.<kc> }}
ref.helm2           <kc>: {{ .Values.password | b64enc | quote }}
ref.jinja           <k>: "{{ lookup('env', '<ku>') }}"
ref.gha             <kk>: ${{ secrets.<ku> }}
ref.secretkeyref    valueFrom:\n  secretKeyRef:\n    name: db\n    key: <kk>
ref.envpy           <k> = os.environ["<ku>"]
ref.getenv          <k> = os.getenv("<ku>")
ref.go              <kc> := os.Getenv("<ku>")
ref.node            const <kc> = process.env.<ku>;
ref.tf              <k> = var.<k>
ref.tf2             <k> = data.vault_generic_secret.db.data["password"]
ref.spring          spring.datasource.password=${DB_PASSWORD}
ref.cmd             set <ku>=%<ku>%
ref.ps              $<kc> = Read-Host -AsSecureString
ref.attr            self.<k> = <k>
ref.attr2           this.<kc> = config.<kc>;
ref.call            <kc>: getSecret("x")
ref.ruby            <k>: ENV.fetch("<ku>")
ref.rust            let <k> = env::var("<ku>")?;
ref.kwargs          connect(host=host, <k>=<k>)
ref.file            <k>_file: /run/secrets/<k>
ref.path            <k>Path=/etc/app/<kk>.txt
ref.vault           <k>: vault:secret/data/db#password
ref.awsarn          <k>_arn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
ref.secretname      secretName: app-tls
ref.angle           psql --password=<password>
ref.yourkey         api_key: YOUR_API_KEY
ref.yourkey2        api_key=<your-api-key>
help.argparse       --password PASSWORD  password of the user
help.bracket        usage: tool [--<kk> <ku>] [--host HOST]
help.eq             --<kk>=STRING   <kt> to use
help.cobra          --<kk> string   <kt> for the api (default "")
help.clap           -p, --password <PASSWORD>  Password [env: DB_PASSWORD=]
err.token           token 'end' unexpected at line 4
err.token2          SyntaxError: Unexpected token < in JSON at position 0
err.token3          unexpected token: STRING
err.token4          invalid token ')' near 'select'
err.expired         access_token expired
err.expired2        token: expired at <ts>
err.invalid         error="invalid_token" error_description="The access token expired"
err.missing         password is required
err.short           password must be at least 8 characters
err.wrong           Access denied for user 'app'@'10.0.0.1' (using password: YES)
err.pgauth          FATAL: password authentication failed for user "app"
err.notset          <ku> is not set
err.missing2        missing required field: <kc>
err.field           Field 'password' doesn't have a default value
err.mismatch        password does not match
err.keyerror        KeyError: '<k>'
err.noattr          AttributeError: 'NoneType' object has no attribute '<k>'
err.json            {"error":"invalid_grant","error_description":"Bad credentials"}
err.401             {"code":401,"message":"Invalid API key"}
err.www             WWW-Authenticate: Bearer realm="x", error="invalid_token"
err.loc             {"loc":["body","password"],"msg":"field required","type":"missing"}
err.rails           Validation failed: Password can't be blank, Password is too short (minimum is 8 characters)
err.limit           token limit exceeded: 4097 > 4096
err.csrf            CSRF token missing or incorrect
doc.rotate          Rotate the API key every 90 days.
doc.santa           secret santa starts at noon
doc.pw              The password is stored hashed with bcrypt.
doc.token           A token is a string that identifies the user.
doc.secret          Kubernetes Secret objects hold sensitive data
doc.reset           password reset email sent
doc.forgot          Forgot password? Click here
doc.changed         user <n> changed password
doc.key             primary key: id
doc.keyword         key: value pairs are parsed
doc.auth            Authentication: required for all endpoints
doc.basic           Basic authentication is deprecated
doc.bearer          Bearer tokens are accepted in the Authorization header
doc.tokenis         the token is valid for 3600 seconds
doc.secretis        the secret to good coffee is water
doc.session         session: started for user <n>
doc.cookie          cookie: SameSite attribute missing
doc.pin             pin: 13 set to HIGH
doc.cred            credentials: loaded from environment
doc.authok          auth: ok
doc.tokens          tokens: 128 in, 512 out
doc.passnum         pass 3 of 5: optimizing
doc.sentence        Token refresh: scheduled in 300s
doc.heading         ## API key: how to get one
css                 .password { color: red; margin: 0 auto }
css2                input[type="password"] { border: 1px solid #ccc }
html                <label for="password">Password</label>
html2               <input type="password" name="password" placeholder="Password" required>
code.if             if password == "" { return ErrEmpty }
code.len            if len(<k>) < 8:
code.cmp            if (<kc> !== confirm<kp>) throw new Error('mismatch')
code.hash           hash = bcrypt.hashpw(<k>.encode(), salt)
code.import         from auth import token, password
code.func           func (s *Server) ValidateToken(token string) error {
code.stack          at com.acme.auth.TokenFilter.doFilter(TokenFilter.java:42)
code.pytrace        File "/app/auth/token.py", line 42, in get_token
code.enum           enum Kind { TOKEN = 1, PASSWORD = 2 }
code.switch         case token.IDENT:
code.lexer          Token{Type: IDENT, Literal: "x"}
code.del            del os.environ["<ku>"]
code.test           func TestPassword(t *testing.T) {
code.regex          token: /[a-z]+/
metric.tokens       gen_ai.usage.input_tokens=<n>
metric.name         auth_token_refresh_total{result="ok"} <n>
metric.prom         password_resets_total 12
metric.rate         token_bucket_tokens_available 100
metric.max          max_tokens=4096 temperature=0.7
metric.json         {"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46}}
metric.ttl          token_ttl=3600 session_timeout=30m
metric.len          password_length=12 key_size=2048
metric.keyid        key_id=<hex8> kid=<id>
metric.type         token_type=bearer auth_type=basic grant_type=password
metric.count        secrets: 3, configmaps: 12
metric.keyspace     db0:keys=12,expires=3,avg_ttl=0
log.secretsync      Synced secret "default/db-credentials"
log.k8s             MountVolume.SetUp succeeded for volume "kube-api-access-<id>"
log.certs           secret/app-tls configured
log.authn           authorization: granted role=trader
log.authz2          Authorization=none
log.cache           cache key: user:<n>:profile
log.partition       partition key=<sym> offset=<n>
log.idem            idempotency_key=<uuid>
log.sort            sort_key=created_at
log.feature         feature.password_login=enabled
log.enabled         password auth: enabled
log.loaded          Loaded 3 API keys
log.yamlkeys        auth:\n  enabled: true\n  method: token\n  token:\n    ttl: 24h
log.tokencnt        token count: 512
log.passbool        passed: true, password_ok: yes
log.mfa             mfa=required otp=sent
log.acct            account: locked
log.acct2           account opened in 2024
log.acct3           account_type=margin account_currency=USD
trade.order         order_id=<oid> sym=<sym> px=<px> qty=<n>
trade.ms            ts=<ms> recv=<us> sent=<ns>
trade.fill          filled <n> <sym> @ <px>
trade.json          {"s":"<sym>","p":"<px>","q":"<n>","T":<ms>,"a":<oid>}
trade.fix           8=FIX.4.4|9=100|35=8|37=<oid>|17=<id>|55=<sym>|44=<px>|
trade.exec          exec_id=<uuid> cl_ord_id=<id>-<n>
trade.pnl           pnl=-<px> equity=<px>
trade.book          bids=[[<px>,<n>],[<px>,<n>]]
trade.clid          clOrdId: <hex>
trade.trace         trace_id=<hex> span_id=<hex16>
id.uuid             request <uuid> done
id.sha              commit <hex8> image sha256:<hex><hex>
id.etag             ETag: "<hex>"
id.ver              app v1.2.3-rc.4+build.<n>
id.pod              pod app-<hex8>-x7k2p scheduled
id.ver2             jinja2@3.1.2 numpy@1.26.4
id.git              git@github.com:acme/app.git
id.path             /v1/accounts/orders/<n>
id.ip               10.0.0.1:5432 -> 10.0.0.2:80
id.isbn             ISBN 978-3-16-148410-0
id.date             2024-01-01 00:00:00,123 INFO x
id.float            0.4111111111111111 1e-9
id.hexnum           0x7ffd4111111111111111
sql.param           SELECT * FROM users WHERE password = $1
sql.param2          UPDATE users SET password = ? WHERE id = ?
sql.named           INSERT INTO u (name, password) VALUES (:name, :password)
sql.col             SELECT id, password, token FROM users
sql.grant           GRANT SELECT ON secrets TO app
cfg.rotate          password_policy: {min_length: 12, require_digit: true}
cfg.url             token_url: https://idp.example.com/oauth/token
cfg.endpoint        token_endpoint=https://idp.example.com/token
cfg.header          api_key_header: X-Api-Key
cfg.headername      apiKey: { in: header, name: X-API-Key }
cfg.secscheme       securitySchemes:\n  bearerAuth:\n    type: http\n    scheme: bearer
cfg.provider        secret_store: vault
cfg.algo            signing_key_alg=RS256 token_format=jwt
cfg.cookie          cookie_secure=true cookie_samesite=lax
cfg.pwenc           password_encryption=scram-sha-256
cfg.labels          labels: {app: token-service, tier: auth}
cfg.imgpull         imagePullSecrets:\n- name: regcred
url.plain           https://example.com/docs/password?lang=en&page=2
url.page            GET /items?page_token=&limit=10
url.sortkey         /items?key=price&sort=asc
url.forgot          POST /auth/forgot-password 200
url.nouser          postgresql://db.internal:5432/x
url.templ           mongodb://<user>:<password>@host/db
url.templ2          https://${USER}:${PASS}@host/
more.1                  {"name":"password","in":"query","required":true,"schema":{"type":"string"}}
more.2                  - name: password\n  in: formData\n  type: string
more.3                  password = forms.CharField(widget=forms.PasswordInput)
more.4                  token = request.headers.get("Authorization")
more.5                  String token = jwtService.generateToken(user);
more.6                  private final PasswordEncoder passwordEncoder;
more.7                  const token = await getToken();
more.8                  api_key = config['api_key']
more.9                  let secret: &str = &args.secret;
more.10                 password := r.FormValue("password")
more.11                 assert password is not None
more.12                 if not token: raise ValueError("token is empty")
more.13                 token.split(".")
more.14                 user.password = hash(password)
more.15                 <k> = input("Password: ")
more.16                 <k>: process.env.<ku> || ''
more.17                 secret: !Ref DBSecret
more.18                 secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256
more.19                 password: (null)
more.20                 password: n/a
more.21                 password: ''
more.22                 <k>=""
more.23                 <k>: ~
more.24                 <k>: ""  # set me
more.25                 token: <token>
more.26                 Authorization: Bearer <token>
more.27                 Authorization: Bearer ${TOKEN}
more.28                 Authorization: ****
more.29                 curl -u user:$PASS https://x
more.30                 curl -H "Authorization: Bearer $TOKEN" https://x
more.31                 --<kk> <ku>
more.32                 PASSWORD(s) reset
more.33                 password reuse is not allowed
more.34                 Password: must contain a digit
more.35                 password policy: 12 characters, 1 digit
more.36                 password changed at <ts>
more.37                 token refreshed in 12ms
more.38                 token valid until <ts>
more.39                 token usage: 123/4096
more.40                 secret "db-creds" not found
more.41                 secret/db-creds created
more.42                 mounting secret volume
more.43                 key "user:12" not found in cache
more.44                 cache_key=orders:<sym>:2024
more.45                 routing_key=orders.<sym>.fills
more.46                 partition_key: <sym>
more.47                 public_key_id=7
more.48                 account balance: 1000.00
more.49                 accounts: 12
more.50                 account_status=active
more.51                 session: closed by peer
more.52                 cookie: none
more.53                 pin: false
more.54                 auth_method=scram-sha-256
more.55                 ssl_key_file=/etc/ssl/key.pem
more.56                 password_file: /run/secrets/db
more.57                 SELECT count(*) FROM tokens WHERE expired = true
more.58                 ALTER TABLE users DROP COLUMN password
more.59                 CREATE INDEX idx_token ON sessions(token)
more.60                 column "password" does not exist
more.61                 null value in column "password" violates not-null constraint
more.62                 id | name | password\n----+------+----------\n(0 rows)
more.63                 name,password,email\n
more.64                 | Field | Type | Description |\n|---|---|---|\n| password | string | The user's password |
more.65                 | `token` | string | required |
more.66                 AUTH failed for user
more.67                 PASS src/auth/token.test.js
more.68                 LOGIN attempt from 10.0.0.1
more.69                 a1 OK LOGIN completed
more.70                 the token is used once
more.71                 the api key is missing from config2
more.72                 the secret is stored in vault1/prod
more.73                 fn token() -> Token {
more.74                 token -> expr
more.75                 Map<String, Token> tokens = new HashMap<>();
more.76                 <password> element expected
more.77                 <xs:element name="password" type="xs:string"/>
more.78                 <label>Password:</label>
more.79                 "password.required": "Please enter a password"
more.80                 i18n: {password: 'Password', login: 'Log in'}
more.81                 placeholder="Enter your password"
more.82                 errors: {password: ['is too short']}
more.83                 ('password', models.CharField(max_length=128))
more.84                 ['username', 'password', 'email']
more.85                 fields=("user", "token", "created_at")
more.86                 required: [username, password]
more.87                 order <oid> filled px=<px> ts=<ns>
more.88                 {"e":"trade","E":<ms>,"s":"<sym>","t":<n>,"p":"<px>"}
more.89                 seq=<oid> checksum=<hex8>
more.90                 ${db.password:?missing}
more.b1                  <kp> string `mapstructure:"<k>"`
more.b2                  @Column(name = "<k>")
more.b3                  @Value("${<kd>}") String <kc>;
more.b4                  <k>: {{ <k> }}
more.b5                  <k> = <<k>>
more.b6                  password: "{{ db_password }}"
more.b7                  password=%s
more.b8                  password=:password
more.b9                  password: ${{ env.PW }}
more.b10                 "password": "string"
more.b11                 "password": {"type": "keyword"}
more.b12                 password (string, required)
more.b13                 password – the user's password
more.b14                 Enter password: 
more.b15                 Password for user app: 
more.b16                 Password: ********
more.b17                 password incorrect for user 12
more.b18                 2 passwords expired
more.b19                 invalid password length: 3
more.b20                 token bucket: 100/s
more.b21                 next token: EOF
more.b22                 token=eof line=12
more.b23                 token kind: Ident(foo)
more.b24                 setToken(null)
more.b25                 getToken("access")
more.b26                 validateToken(token)
more.b27                 new Token(Type.IDENT)
more.b28                 passwords.csv loaded
more.b29                 user,token_count\nbob,12
more.b30                 | key | value |\n|---|---|\n| a | 1 |
more.b31                 a, b, token\nwere seen today
more.b32                 secret rotation: every 30d
more.b33                 secretName: db-credentials
more.b34                 key: <sym>
more.b35                 auth: disabled
more.b36                 x -> token -> y
more.b37                 session=new user=<n>
more.b39                 err: parse token: EOF
more.b40                 <k>: required
more.b41                 HELP tokens_total Tokens used.
more.b42                 --token-file /var/run/token
more.b43                 if (token === undefined)
more.b44                 password = None  # type: ignore
more.b45                 IDENTIFIED BY PASSWORD ?
'''

# What no one who only sees the text can tell, or only with a rule for that very form.
UNFOUND = set("curl.cookie debug.hash go.header pgpass sql.pgcrypt yaml.question".split())

def parse(block):
    for line in block.strip("\n").split("\n"):
        name, text = line.split(None, 1)
        akey = ""
        if name.startswith("attr.") and text.startswith("key="):
            akey, text = text[4:].split(" ", 1)
        text = text.replace("\\r", "\r").replace("\\t", "\t").replace("\\x01", "\x01")
        text = text.replace("\\n", "\n") if "BEGIN" not in text else text
        yield name, text, akey


def main():
    seed, npos, nneg = map(int, sys.argv[1:4])
    R.seed(seed)
    positive = [t for t in parse(P) if t[0] not in UNFOUND or sys.argv[4:] == ["all"]]
    negative = list(parse(N))
    out = sys.stdout
    for i in range(npos):
        name, t, akey = positive[i % len(positive)]
        text, secrets, kind = render(t)
        for s in secrets[:1]:
            json.dump({"text": text, "kind": kind, "secret": s, "source": name, "key": akey}, out, ensure_ascii=False); out.write("\n")
    for i in range(nneg):
        name, t, akey = negative[i % len(negative)]
        json.dump({"text": render(t)[0], "kind": "", "secret": "", "source": name, "key": akey}, out, ensure_ascii=False); out.write("\n")

if __name__ == "__main__":
    main()
