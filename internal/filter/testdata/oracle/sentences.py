"""Labelled texts in which nothing but words, marks or the place tell of a private value, and their look-alikes:
sentences.py SEED POSITIVES NEGATIVES [all]. Templates as in forms.py; UNFOUND ones are left out unless "all" is given.
"""
import forms

P = r'''
sent.with       login failed for <u> with password <v:bare>
sent.using      connecting as <u> using password <v:bare> to <h>
sent.tried      tried password <v:bare>, rejected
sent.was        the <k> used was <v:bare>
sent.entered    <u> entered password <v:bare>
sent.provided   Incorrect <kt> provided: <v:bare>
sent.provided2  <kt> provided (<v:bare>) is not valid
sent.bad        bad password: <v:bare>
sent.wrong      wrong password "<v:dq>" for user <u>
sent.notvalid   '<v:sq>' is not a valid <k>
sent.notvalid2  "<v:dq>" is not a valid password
sent.temp       Your temporary password is <v:bare>. Please change it.
sent.use        Use <v:bare> as your password
sent.changedfrom  password changed from '<v:sq>' to 'x'
sent.changedto  password for <u> changed to <v:bare>
sent.resetto    reset password of <u> to <v:bare>
sent.setfor     set <k> for <u>: <v:bare>
sent.token      token <v:bare> rejected
sent.token2     got token <v:bare>
sent.token3     invalid token '<v:sq>'
sent.token4     Token "<v:dq>" has expired
sent.secret     shared secret <v:bare> in use
sent.key        using API key <v:bare>
sent.key2       API key <v:bare> is invalid
sent.key3       api key '<v:sq>' revoked
sent.pw         pw <v:bare>
sent.pwcolon    pw: <v:bare>
sent.creds      credentials <u>/<v:bare>
sent.creds2     creds: <u>:<v:bare>
sent.creds3     logging in as <u>:<v:bare>
sent.login      login <u>/<v:bare> ok
sent.de         Passwort: <v:bare>
sent.de2        Das Passwort lautet <v:bare>
sent.de3        Kennwort für <u> ist <v:bare>
sent.fr         mot de passe : <v:bare>
sent.es         contraseña: <v:bare>
sent.pt         senha: <v:bare>
sent.nl         wachtwoord: <v:bare>
sent.ru         пароль: <v:bare>
sent.zh         密码：<v:bare>
sent.ja         パスワード: <v:bare>
sent.pl         hasło: <v:bare>
sent.sv         lösenord: <v:bare>
sent.tr         şifre: <v:bare>
sent.otp        Your verification code is 482913
sent.dash       <k> - <v:bare>
sent.emdash     <kt> — <v:bare>
sent.arrowu     <k> → <v:bare>
sent.arrowu2    <k> ⇒ '<v:sq>'
sent.arrow3     <k> ==> <v:bare>
sent.arrow4     <k> --> <v:bare>
sent.arrow5     <k> >> <v:bare>
sent.tilde      <k>~<v:bare>
sent.slash      <k>/<v:bare>
sent.hash       <k>#<v:bare>
sent.bang       <k>!<v:bare>
sent.bar        <k>|<v:bare>
sent.bar2       <k> | <v:bare>
sent.paren      <k>(<v:bare>)
sent.brack      <k>[<v:bare>]
sent.brace      <k>{<v:bare>}
sent.angle      <k><<v:bare>>
sent.sbrack     <k> [<v:bare>]
sent.sparen     <k> (<v:bare>)
sent.comma      <k>, <v:bare>
sent.tab        <k>\t<v:bare>
sent.twospace   <k>    <v:bare>
sent.equals     <k> equals <v:bare>
sent.value      value of <k>: <v:bare>
sent.value2     <k> value: <v:bare>
sent.value3     <k> with value <v:bare>
sent.setto      <ku> set to <v:bare>
sent.setto2     set <ku> to <v:bare>
sent.env        env var <ku> is "<v:dq>"
sent.forgot     (<k> = <v:bare>)
code.define     #define <ku> "<v:c>"
code.cobol      MOVE '<v:sq>' TO DB-PASSWORD.
code.vb         Dim <kc> As String = "<v:dq>"
code.vb2        Const <ku> = "<v:dq>"
code.cs         string <kc> = "<v:c>";
code.carr       char <k>[] = "<v:c>";
code.cptr       const char *<k> = "<v:c>";
code.r          <k> <- "<v:c>"
code.matlab     <kc> = '<v:sq>';
code.setq       (setq <kk> "<v:c>")
code.define2    (define <kk> "<v:c>")
code.def        (def <kk> "<v:c>")
code.put        props.put("<kd>", "<v:c>");
code.setprop    System.setProperty("<kd>", "<v:c>")
code.putk       os.Setenv("<ku>", "<v:c>")
code.putenv     putenv("<ku>=<v:c>");
code.session    session['<k>'] = '<v:c>'
code.equals     <kc>.equals("<v:c>")
code.eq2        if (<v:bare> == <kc>)
code.with       .with<kp>("<v:c>")
code.withp      .Password("<v:c>")
code.auth       requests.get(url, auth=('<u>', '<v:c>'))
code.auth2      client.login('<u>', '<v:c>')
code.auth3      db.authenticate("<u>", "<v:c>")
code.auth4      HTTPBasicAuth('<u>', '<v:c>')
code.auth5      new UsernamePasswordCredentials("<u>", "<v:c>")
code.auth6      smtp.login("<u>@example.com", "<v:c>")
code.auth7      PlainAuth("", "<u>", "<v:c>", "<h>")
code.auth8      DriverManager.getConnection("jdbc:mysql://<h>/x", "<u>", "<v:c>")
code.auth9      mysql_connect("<h>", "<u>", "<v:c>")
code.auth10     req.SetBasicAuth("<u>", "<v:c>")
code.auth11     new PDO("mysql:host=<h>", "<u>", "<v:c>")
code.auth12     NetworkCredential("<u>", "<v:c>")
code.auth13     pika.PlainCredentials('<u>', '<v:c>')
code.kotlin     val <kc>: String = "<v:c>"
code.swift      let <kc>: String = "<v:c>"
code.nim        let <kc> = "<v:c>"
code.pascal     <kp> := '<v:sq>';
code.ps         [string]$<kp> = '<v:sq>'
code.bash       readonly <ku>="<v:dq>"
code.fish       set -x <ku> <v:bare>
code.csh        setenv <ku> <v:bare>
code.make       <ku> ?= <v:bare>
code.nix        <kc> = "<v:c>";
code.enumval    <ku>("<v:c>")
code.walrus     <k> = getenv("X") or "<v:c>"
code.default    os.environ.get("<ku>", "<v:c>")
code.default2   process.env.<ku> || '<v:c>'
code.default3   ${<ku>:-<v:bare>}
code.default4   @Value("${<kd>:<v:bare>}")
code.param      def connect(host, <k>="<v:c>"):
code.replace    text.replace("<v:c>", "<k>")
code.hexnum     <ku>=0x<hex>
ty.pair         Pair(<kc>, <v:bare>)
ty.pair2        (<kc>,<v:bare>)
ty.scalalist    List((user,<u>), (<kc>,<v:bare>))
ty.pairs        ["<k>", "<v:c>"]
ty.inner        Password(value=<v:bare>)
ty.inner2       ApiKey { value: "<v:c>" }
ty.inner3       Secret(<v:bare>)
ty.inner4       Password[<v:bare>]
ty.inner5       Token { inner: "<v:c>" }
ty.creds        Credentials(<u>, <v:bare>)
ty.creds2       BasicAuth{<u> <v:bare>}
ty.creds3       UsernamePasswordToken(<u>, <v:bare>)
ty.wrap         <kc>=Secret(<v:bare>)
ty.wrap2        <kc>=[<v:bare>]
ty.wrap3        <k>: Just "<v:c>"
ty.wrap4        <kc> = Just "<v:c>"
ty.wrap5        <kp>: sql.NullString{String:"<v:c>", Valid:true}
ty.wrap6        <kp>:{String:<v:bare> Valid:true}
ty.wrap7        <k>: Cow::Borrowed("<v:c>")
ty.wrap8        <k>=b"<v:c>"
ty.wrap9        <k>: ObjectId("<v:c>")
ty.haskell      Config {host = "<h>", <kc> = "<v:c>"}
ty.ocaml        { host = "<h>"; <k> = "<v:c>" }
ty.julia        Config("<h>", <k>="<v:c>")
ty.tcl          set <k> "<v:dq>"
ty.tcl2         set <k> {<v:bare>}
ty.prolog       <k>('<v:sq>').
ty.edn          {:<kk> "<v:c>"}
ty.sexp         ((host <h>) (<k> <v:bare>))
ty.sexpdot      (<kk> . "<v:c>")
ty.ron          (host: "<h>", <k>: Some("<v:c>"))
ty.kdl          <k> "<v:c>"
ty.bencode      d8:password12:<v:bare>e
ty.pickle       S'<k>'\np1\nS'<v:sq>'
ty.netstr       8:password,12:<v:bare>,
json.type       {"name":"<k>","type":"string","value":"<v:json>"}
json.valuefirst {"value":"<v:json>","name":"<k>"}
json.kv         {"k":"<k>","v":"<v:json>"}
json.patch      {"op":"replace","path":"/<k>","value":"<v:json>"}
json.change     {"field":"<k>","old":null,"new":"<v:json>"}
json.change2    {"field":"<k>","oldValue":"<v:json>","newValue":"x"}
json.cfn        {"ParameterKey":"<kp>","ParameterValue":"<v:json>"}
json.dynamo     {"<k>":{"S":"<v:json>"}}
json.entries    {"entries":[["<k>","<v:json>"]]}
json.arr2       ["SET","<k>","<v:json>"]
json.nested     {"<kc>":{"current":"<v:json>","previous":null}}
json.list       {"passwords":["<v:json>","x"]}
json.list2      {"tokens":["<v:json>"]}
json.label      {"label":"Password","text":"<v:json>"}
json.header     {"header":"Authorization","content":"Bearer <v:json>"}
json.secret     {"secrets":{"db":"<v:json>"}}
json.input      {"id":"password","type":"text","content":"<v:json>"}
json.num        {"pin":4821}
json.otp        {"otp":"482913"}
yaml.secrets    secrets:\n  db: <v:bare>
yaml.list       - password\n- <v:bare>
yaml.key        - key: <k>\n  value: <v:bare>
yaml.three      - name: <ku>\n  type: secret\n  value: <v:bare>
xml.entry       <entry key="<k>"><v:xml></entry>
xml.field       <field name="<k>"><v:xml></field>
xml.rpc         <member><name><k></name><value><string><v:xml></string></value></member>
xml.android     <string name="<k>"><v:xml></string>
xml.setting     <setting name="<kp>" serializeAs="String"><value><v:xml></value></setting>
xml.resx        <data name="<kp>" xml:space="preserve"><value><v:xml></value></data>
xml.item        <Item Key="<kp>"><v:xml></Item>
xml.valuefirst  <param value="<v:attr>" name="<k>"/>
xml.between     <prop name="<k>" type="string" value="<v:attr>"/>
xml.upper       <PASSWORD><v:xml></PASSWORD>
xml.self        <credential user="<u>" secret="<v:attr>"/>
html.pre        <td>password</td><td><v:xml></td>
html.dt         <dt><kt></dt><dd><v:xml></dd>
html.b          <b>Password:</b> <v:xml>
html.th         <tr><th><k></th><td><v:xml></td></tr>
md.list         - **<kt>**: `<v:bare>`
md.list2        * <kt>: <v:bare>
md.table2       | user | <k> |\n|---|---|\n| <u> | <v:bare> |
rst.field       :<k>: <v:bare>
org.prop        :PASSWORD: <v:bare>
tex.cmd         \\<kc>{<v:bare>}
cli.winslash    tool.exe /user:<u> /password:<v:bare>
cli.winslash2   tool.exe /p:<v:bare> /u:<u>
cli.rdp         xfreerdp /u:<u> /p:<v:bare> /v:<h>
cli.netuser     net user <u> <v:bare> /add
cli.netuse      net use Z: \\srv\x /user:<u> <v:bare>
cli.netuse2     net use \\srv\x <v:bare> /user:<u>
cli.sqlplus     sqlplus <u>/<v:bare>@<h>:1521/x
cli.expdp       expdp <u>/<v:bare> schemas=x
cli.lftp        lftp -u <u>,<v:bare> sftp://<h>
cli.chpasswd    echo '<u>:<v:bare>' | chpasswd
cli.chpasswd2   echo "<v:bare>" | passwd --stdin <u>
cli.sudo        echo <v:bare> | sudo -S apt update
cli.mysqladmin  mysqladmin -u root password '<v:sq>'
cli.gpg         gpg --batch --passphrase <v:bare> -d x.gpg
cli.opensslpass openssl enc -aes-256-cbc -pass pass:<v:bare> -in x
cli.opensslk    openssl pkcs12 -passout pass:<v:bare>
cli.snmp        snmpget -v2c -c <v:bare> <h> sysDescr.0
cli.snmp3       snmpget -v3 -u <u> -A <v:bare> -X <v:bare> <h>
cli.psexec      psexec \\h -u <u> -p <v:bare> cmd
cli.cmdkey      cmdkey /add:<h> /user:<u> /pass:<v:bare>
cli.etcd        etcdctl --user root:<v:bare> get x
cli.mc          mc alias set m https://<h> <akia> <v:bare>
cli.npmset      npm config set //registry.npmjs.org/:_authToken <v:bare>
cli.vaultlogin  vault login <v:bare>
cli.ghsecret    gh secret set <ku> --body "<v:dq>"
cli.fly         fly secrets set <ku>=<v:bare>
cli.heroku      heroku config:set <ku>=<v:bare>
cli.keytool     keytool -genkey -keypass <v:bare> -alias x
cli.schtasks    schtasks /create /tn x /ru <u> /rp <v:bare>
cli.wget        wget --user=<u> --password=<v:bare> http://<h>/
cli.httpie      http -a <u>:<v:bare> https://<h>
cli.bind        ldapmodify -x -D cn=admin -w <v:bare>
cli.psqlset     psql -v <k>=<v:bare>
cli.dockerlogin docker login --username <u> --password <v:bare> <h>
cli.equalsq     --set <kc>='<v:sq>'
cli.zip         zip -P <v:bare> x.zip a
cli.rar         unrar x -p<v:bare> x.rar
cli.kubectl     kubectl create secret docker-registry r --docker-password=<v:bare>
cli.mongo       mongosh "mongodb://<h>" -u <u> -p <v:bare>
cli.redisurl    redis-cli -u redis://default:<v:url>@<h>:6379
cli.wmic        wmic /node:<h> /user:<u> /password:<v:bare> os
cli.aws         aws configure set aws_secret_access_key <v:bare> --profile x
conf.cisco      username <u> password 0 <v:bare>
conf.cisco2     enable secret <v:bare>
conf.cisco3     snmp-server community <v:bare> RO
conf.cisco4     neighbor 10.0.0.1 password <v:bare>
conf.cisco5     crypto isakmp key <v:bare> address 10.0.0.1
conf.junos      set system root-authentication plain-text-password-value "<v:dq>"
conf.haproxy    user <u> insecure-password <v:bare>
conf.haproxy2   stats auth <u>:<v:bare>
conf.nginx      proxy_set_header X-Api-Key "<v:dq>";
conf.nginx2     set $<k> "<v:dq>";
conf.nginx3     proxy_set_header Authorization "Bearer <v:dq>";
conf.apache     SetEnv <ku> <v:bare>
conf.apache2    SetEnv <ku> "<v:dq>"
conf.apache3    RequestHeader set X-Api-Key "<v:dq>"
conf.wpa        psk="<v:dq>"
conf.wpa2       wpa_passphrase=<v:bare>
conf.chap       "<u>" * "<v:dq>" *
conf.shadow     root:$6$<id>$<v:bare>:19000:0:99999:7:::
conf.htpasswd   <u>:$apr1$<hex8>$<v:bare>
conf.postfix    [smtp.x.com]:587 <u>:<v:bare>
conf.fstab      //srv/x /mnt cifs username=<u>,password=<v:bare> 0 0
conf.redis      requirepass <v:bare>
conf.redis2     masterauth <v:bare>
conf.redis3     user <u> on ><v:bare> ~* +@all
conf.mosq       password <v:bare>
conf.my         password = "<v:dq>"
conf.netrc      machine <h>\n  login <u>\n  password <v:bare>
conf.netrc2     machine <h> login <u> password <v:bare>
conf.pgpass     <h>:5432:db:<u>:<v:bare>
conf.pgpass2    *:*:*:postgres:<v:bare>
conf.pgbouncer  "<u>" "<v:dq>"
conf.ldap       olcRootPW: <v:bare>
conf.ldap2      rootpw <v:bare>
conf.ldap3      bindpw <v:bare>
conf.ldap4      bind_password: <v:bare>
conf.bindcred   credentials="<v:dq>"
conf.dhcp       secret "<v:dq>";
conf.rndc       key "k" { algorithm hmac-sha256; secret "<v:dq>"; };
conf.ipsec      : PSK "<v:dq>"
conf.ipsec2     <u> : EAP "<v:dq>"
conf.wg         PrivateKey = <v:b64>
conf.systemd    LoadCredential=db.password:<v:bare>
conf.pam        auth required pam_x.so secret=<v:bare>
conf.mutt       set imap_pass = "<v:dq>"
conf.mutt2      set smtp_pass="<v:dq>"
conf.irc        /msg NickServ identify <v:bare>
conf.irc2       /oper <u> <v:bare>
conf.logstash   output { elasticsearch { user => "<u>" password => "<v:dq>" } }
conf.fluent     password "<v:dq>"
conf.vector     auth.password = "<v:c>"
conf.grafana    admin_password = <v:bare>
conf.gradle     password "<v:c>"
conf.sbt        credentials += Credentials("Realm", "<h>", "<u>", "<v:c>")
conf.m2         <server><id>x</id><username><u></username><password><v:xml></password></server>
conf.vault      $ANSIBLE_VAULT_PASSWORD=<v:bare>
conf.jks        keystorePass="<v:dq>"
conf.jks2       server.ssl.key-store-password=<v:bare>
conf.radius     <u> Cleartext-Password := "<v:dq>"
conf.radius2    User-Password = "<v:dq>"
conf.radsecret  secret = <v:bare>
conf.fetchmail  poll <h> user "<u>" pass "<v:dq>"
conf.fetchmail2 user '<u>' there with password '<v:sq>' is '<u>' here
conf.msmtp      password <v:bare>
conf.offlineimap  remotepass = <v:bare>
conf.ansibleinv h ansible_user=<u> ansible_password=<v:bare>
conf.jaas       com.sun.X required user="<u>" secret="<v:dq>";
proto.resp      *2\r\n$4\r\nAUTH\r\n$8\r\n<v:bare>\r\n
proto.hello     HELLO 3 AUTH <u> <v:bare>
proto.acl       ACL SETUSER <u> on ><v:bare> allkeys
proto.nntp      AUTHINFO PASS <v:bare>
proto.pop       USER <u>\nPASS <v:bare>
proto.ftplog    ftp> USER <u>; PASS <v:bare>
proto.ftp2      --> PASS <v:bare>
proto.stomp     CONNECT\nlogin:<u>\npasscode:<v:bare>\n
proto.mqtt      CONNECT client=x username=<u> password=<v:bare>
proto.mqtt2     Received CONNECT from x (c1, k60, u'<u>', p'<v:sq>')
proto.nats      CONNECT {"user":"<u>","pass":"<v:json>"}
proto.zk        addauth digest <u>:<v:bare>
proto.telnet    login: <u>\nPassword: <v:bare>\nLast login
proto.smtp      334 VXNlcm5hbWU6\n<v:up>
proto.ldapbind  BIND dn="cn=admin" method=simple password=<v:bare>
proto.imap2     * a1 LOGIN <u> <v:bare>
proto.imapq     A01 LOGIN "<u>" "<v:dq>"
proto.cql       CREATE ROLE x WITH PASSWORD = '<v:sq>' AND LOGIN = true
proto.sip       Authorization: Digest username="<u>",response="<hex>"
proto.websocket {"id":1,"method":"login","params":["<u>","<v:json>"]}
proto.jsonrpc   {"method":"auth","params":{"login":"<u>","pass":"<v:json>"}}
proto.graphqlerr  Variable "$password" got invalid value "<v:dq>"
sql.insert      INSERT INTO users (name, password) VALUES ('<u>', '<v:yaml>')
sql.insert2     INSERT INTO tokens (id, token, ts) VALUES (1, '<v:yaml>', now())
sql.update      UPDATE users SET <k>='<v:yaml>' WHERE id=3
sql.update2     UPDATE users SET <k> = "<v:dq>" WHERE id=3
sql.dup         Duplicate entry '<v:sq>' for key 'users.<k>'
sql.dup2        Key (<k>)=(<v:bare>) already exists.
sql.rails       SELECT 1 FROM users WHERE users.token = $1 LIMIT 1 [["token", "<v:c>"]]
sql.in          WHERE token IN ('<v:yaml>')
sql.like        WHERE <k> LIKE '<v:yaml>%'
sql.ne          WHERE <k> <> '<v:yaml>'
sql.func        crypt('<v:sq>', gen_salt('bf'))
sql.oracle2     CONNECT <u>/<v:bare>@<h>
sql.alterid     ALTER USER <u> IDENTIFIED BY "<v:dq>" REPLACE "x"
sql.call        CALL set_password('<u>', '<v:sq>')
sql.exec        EXEC sp_password NULL, '<v:sq>', '<u>'
sql.exec2       EXEC sp_addlogin '<u>', '<v:sq>'
sql.link        CREATE DATABASE LINK x CONNECT TO <u> IDENTIFIED BY <v:bare> USING 'y'
sql.userm       CREATE USER MAPPING FOR x SERVER y OPTIONS (user '<u>', password '<v:sq>')
sql.xcopy       \connect host=<h> password=<v:bare>
sql.set         SET SESSION my.password = '<v:sq>'
sql.set2        SET @<k> = '<v:sq>';
sql.mask        select * from t where pw='<v:sq>'
log.cef         CEF:0|V|P|1|100|login|5|suser=<u> cs1Label=<kc> cs1=<v:bare>
log.cef2        CEF:0|V|P|1|100|login|5|cs1=<v:bare> cs1Label=<kc> suser=<u>
log.diff        -  <k>: <v:bare>
log.diff2       <k>: "x" => "<v:c>"
log.diff3       <k>: "<v:c>" → "y"
log.changed     <k> changed: "<v:c>" -> "y"
log.was         <k> (was: <v:bare>)
log.params      params: [<k>: <v:bare>, n: 1]
log.args        args: {0: '<u>', <k>: '<v:sq>'}
log.brackets    [<k>=<v:bare>][user=<u>]
log.braces      {<k>}=<v:bare>
log.quotekey    '<k>' '<v:sq>'
log.quotekey2   "<k>" "<v:c>"
log.quotekey3   "<k>" is "<v:c>"
log.double      <k>==<v:bare>
log.trip        <k> === '<v:sq>'
log.colonq      <k>:"<v:c>"
log.semicol     <k>;<v:bare>
log.dots        <k>......: <v:bare>
log.dots2       <k> ........ <v:bare>
log.align       <kt>           : <v:bare>
log.idx         <k>[0]=<v:bare>
log.idx2        <k>[0]: "<v:c>"
log.sub         user[<k>]=<v:bare>
log.sub2        user.<k>=<v:bare>&x=1
log.urlpath     GET /reset/password/<v:bare> 200
log.urlpath2    GET /api/token/<v:bare>/info
log.frag        https://x/#access_token=<v:url>&y=1
log.matrix      /x;token=<v:bare>/y
log.header      > X-Auth-Token: <v:bare>
log.header2     "X-Api-Key" = "<v:dq>"
log.header3     header X-Api-Key <v:bare>
log.header4     headers=[X-Api-Key:<v:bare>, Accept:*/*]
log.header5     X-Api-Key=[<v:bare>]
log.cookiejar   .x.com\tTRUE\t/\tFALSE\t0\tsessionid\t<v:bare>
log.cookiepy    <Cookie sessionid=<v:bare> for x.com/>
log.audit       USER_AUTH acct="<u>" pw="<v:dq>"
log.ifnot       expected password <v:bare>, got x
log.expected    expected: "<v:c>" for <k>
log.assert      AssertionError: password '<v:sq>' != 'x'
log.assert2     assert '<v:sq>' == <k>
log.pyerr       ValueError: invalid <k> '<v:sq>'
log.pyerr2      ValueError: invalid <k>: '<v:sq>'
log.goerr       strconv.Atoi: parsing "<v:dq>": invalid syntax (<k>)
log.valerr      {"param":"password","msg":"too short","value":"<v:json>"}
log.valerr2     {"loc":["body","password"],"msg":"too short","input":"<v:json>"}
log.valerr3     Validation failed for field 'password': rejected value [<v:bare>]
log.spring      Field error in object 'user' on field 'password': rejected value [<v:bare>]; codes [x]
log.joi         "password" with value "<v:dq>" fails to match
log.cypress     cy.type("#password", "<v:c>")
log.selenium    send_keys('#password', '<v:sq>')
log.form        password field: <v:bare>
log.qs          ?user=<u>&pass=<v:bare>
log.qs2         pwd=<v:bare>
log.flags       flags: --token <v:bare> --x
log.argv        argv[3]=--<kk>=<v:bare>
log.argvl       [tool, --<kk>, <v:bare>, --x]
log.exec        exec: "tool" "--<kk>" "<v:dq>" "x"
log.execn       execve("/bin/tool", ["tool", "--<kk>", "<v:c>"], 0x7f)
log.ps          root 1 0.0 tool --<kk> <v:bare>
log.environ     environ[4]: <ku>=<v:bare>
log.proc        HOME=/root <ku>=<v:bare> PATH=/bin
log.jsonkv      {"message":"<k> is <v:json>"}
log.ascii       +---+\n| <k> | <v:bare> |\n+---+
log.box         │ <k> │ <v:bare> │
log.tree        ├── <k>: <v:bare>
log.bullets     • <kt>: <v:bare>
log.emoji       🔑 <k>: <v:bare>
log.ansi        \x1b[32m<k>\x1b[0m=<v:bare>
log.ansi2       \x1b[36mpassword\x1b[0m: \x1b[33m<v:bare>\x1b[0m
log.nbsp        <k>:\u00a0<v:bare>
log.html        <k>&nbsp;=&nbsp;<v:bare>
log.percent     <k>%3D<v:bare>
log.unicode     <k>\\u003d<v:bare>
log.uscore      _<k>_: <v:bare>
log.at          @<k>=<v:bare>
log.dollar      $<k> = "<v:c>"
log.minus       -<kc>:<v:bare>
log.obj         [<k>] => <v:bare>
log.obj2        ["<k>"]=>"<v:c>"
log.ptr         <k>=&"<v:c>"
log.ref         &<k>=<v:bare>
log.question    <k>? <v:bare>
log.prompt      Enter <k>: <v:bare>
log.prompt2     Enter password for <u>: <v:bare>
log.prompt3     [sudo] password for <u>: <v:bare>
log.secretis    secret: "<v:dq>"
log.hmac        hmac key = <v:bare>
log.enckey      encryption key is <v:bare>
log.seed        seed phrase: abandon ability able about above absent absorb abstract absurd abuse access accident
log.mnemonic    mnemonic="abandon ability able about above absent absorb abstract absurd abuse access accident"
log.pinis       PIN is 4821
log.pin2        pin 4821 accepted
log.otp         OTP 482913 sent
log.cvv         cvv: 123
log.webhook     webhook signing secret is <v:bare>
log.b64         password (base64): <v:b64>
log.bearer      bearer token <v:bare>
log.bearer2     Bearer: <v:bare>
log.bearer3     token=Bearer <v:bare>
log.oauth       access token: <v:bare>
log.oauth2      refresh token <v:bare> stored
log.sess        session id: <hex>
log.sess2       sessionid=<hex>
log.apikeyq     apikey '<v:sq>' not found
log.lic         license key: <v:bare>
tool.0          -- listing properties --\nspring.datasource.password=<v:bare>\nserver.port=8080
tool.1          <Resource name="jdbc/x" username="<u>" password="<v:attr>" maxTotal="20"/>
tool.2          java -jar app.jar --spring.datasource.password=<v:bare> --debug
tool.3          HikariPool-1 - configuration:\npassword........................<v:bare>\npoolName........................x
tool.4          xpack.security.authc.realms.ldap.bind_password: <v:bare>
tool.5          DATABASES = {'default': {'ENGINE': 'x', 'PASSWORD': '<v:c>'}}
tool.6          engine = create_engine("postgresql+psycopg2://<u>:<v:url>@<h>/x")
tool.7          headers: <CIMultiDictProxy('Host': '<h>', 'Authorization': 'Bearer <v:c>')>
tool.8          send: b'GET / HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: Basic <v:up>\\r\\n\\r\\n'
tool.9          Credentials(access_key='AKIA', secret_key='<v:c>', token=None)
tool.10         Trying password '<v:sq>' for <u>
tool.11         spawn ssh <u>@<h>\n<u>@<h>'s password: <v:bare>\nLast login: x
tool.12         < X-Auth-Token: <v:bare>
tool.13         "POST /login HTTP/1.1" 200 - "user=<u>&password=<v:form>"
tool.14         PHP Fatal error:  Uncaught PDOException: x in /a.php:3\n#0 /a.php(3): PDO->__construct('mysql:host=<h>', '<u>', '<v:sq>')
tool.15         #1 /a.php(9): mysqli_connect('<h>', '<u>', '<v:sq>', 'db')
tool.16         cfg={Addr:<h>:6379 Pass:<v:bare> DB:0}
tool.17         cfg={User:<u> Pwd:<v:bare>}
tool.18         connectionString: 'Server=<h>;User Id=<u>;Pwd=<v:bare>;'
tool.19         1700000000.123 [0 127.0.0.1:1] "AUTH" "default" "<v:c>"
tool.20         redis-cli> config set masterauth <v:bare>
tool.21         235 x\nAUTH LOGIN\n334 VXNlcm5hbWU6\nYm9i\n334 UGFzc3dvcmQ6\n<v:b64>\n235 ok
tool.22         bind: dn=cn=admin,dc=x pw=<v:bare>
tool.23         snmp: authPassword=<v:bare> privPassphrase=x
tool.24         IBGateway: IbLoginId=<u> IbPassword=<v:bare>
tool.25         mt5: login=<n> password=<v:bare> server=X-Demo
tool.27         APCA-API-SECRET-KEY: <v:bare>
tool.28         CB-ACCESS-PASSPHRASE: <v:bare>
tool.29         X-SECURITY-TOKEN: <v:bare>
tool.30         deribit auth: client_id=x client_secret=<v:bare>
tool.31         pls use login <u> / pw <v:bare>
tool.32         creds are <u> / <v:bare>
tool.33         user: <u> pass: <v:bare>
tool.34         username is <u> and password is <v:bare>
tool.35         username/password: <u>/<v:bare>
tool.36         the wifi password's <v:bare>
tool.37         pwd → <v:bare>
tool.38         password (temp) <v:bare>
tool.39         new pass <v:bare>
tool.40         old password <v:bare> does not match
tool.41         password was reset, new one: <v:bare>
tool.42         here is the token: <v:bare>
tool.43         Password below:\n<v:bare>
tool.44         pass word: <v:bare>
tool.45         passwrd: <v:bare>
tool.46         psswd=<v:bare>
tool.47         passw0rd: <v:bare>
tool.48         ansible_become_password=<v:bare>
tool.49         db_password = <v:bare>
tool.50         Step 4/9 : ENV DB_PASSWORD=<v:bare>
tool.51         Step 4/9 : ENV DB_PASSWORD <v:bare>
tool.52         Step 2/9 : ARG NPM_TOKEN=<v:bare>
tool.53         kubectl create secret generic x --from-literal password=<v:bare>
tool.54         DB_PASSWORD:   <v:bare>
tool.55         Password parameter DEPLOY_PASSWORD = <v:bare>
tool.56         + export TOKEN=<v:bare>
tool.57         withEnv([DEPLOY_TOKEN=<v:bare>])
tool.58         echo "::add-mask::<v:bare>"
tool.59         ##vso[task.setvariable variable=dbPassword;issecret=true]<v:bare>
tool.60         git remote set-url origin https://<u>:<v:url>@<h>/x.git
tool.61         //registry.npmjs.org/:_password="<v:b64>"
tool.62         _auth=<v:up>
tool.63         index-url = https://<u>:<v:url>@<h>/simple
tool.64         twine upload -u __token__ -p <v:bare> dist/*
tool.65         poetry config pypi-token.pypi <v:bare>
tool.66         cargo login <v:bare>
tool.67         docker login -u <u> --password=<v:bare>
tool.68         docker login -u <u> -p=<v:bare>
tool.69         az login --service-principal -u x -p <v:bare> --tenant t
tool.70         doctl auth init -t <v:bare>
tool.71         vault login token=<v:bare>
tool.72         consul kv get -token=<v:bare> x
tool.73         rclone config create r s3 secret_access_key <v:bare>
tool.74         RESTIC_PASSWORD=<v:bare> restic backup /x
tool.75         BORG_PASSPHRASE='<v:sq>' borg create
tool.76         mongoimport -u <u> -p <v:bare> --db x
tool.77         sqlcmd -S <h> -U sa -P <v:bare> -Q "select 1"
tool.78         influx write --token <v:bare> -b x
tool.79         mosquitto_pub -h <h> -u <u> -P <v:bare> -t a -m b
tool.80         ssh-keygen -t ed25519 -N '<v:sq>' -f k
tool.81         smbclient //<h>/s -U <u>%<v:bare>
tool.82         mount -t cifs //<h>/s /m -o username=<u>,password=<v:bare>,uid=0
tool.83         curl --oauth2-bearer <v:bare> https://<h>
tool.84         curl -H "PRIVATE-TOKEN: <v:dq>" https://<h>
tool.85         wget --header="Authorization: token <v:dq>" https://<h>
tool.86         http PUT <h>/x "X-Token:<v:dq>"
tool.87         nmcli dev wifi connect x password <v:bare>
tool.88         ldappasswd -s <v:bare> cn=x
tool.89         wp user create bob b@x.com --user_pass=<v:bare>
tool.90         sentry-cli --auth-token <v:bare> releases new x
tool.91         htpasswd -bc /etc/f <u> <v:bare>
tool.92         openssl rsa -passin pass:<v:bare> -in k.pem
tool.93         gpg --batch --passphrase '<v:sq>' -c f
tool.94         7z a -p<v:bare> x.7z f
tool.95         ipmitool -H <h> -U <u> -P <v:bare> power status
tool.96         PGPASSWORD='<v:sq>' pg_dump x
tool.97         MYSQL_PWD=<v:bare> mysqldump x
tool.98         psql "host=<h> user=<u> password=<v:bare>"
tool.99         ALTER USER <u> WITH ENCRYPTED PASSWORD '<v:yaml>';
tool.100        mysql> SET PASSWORD = PASSWORD('<v:sq>');
tool.102        LOG:  statement: ALTER ROLE <u> PASSWORD '<v:yaml>'
tool.103        ERROR: syntax error at or near "<v:dq>" in password
tool.104        INSERT INTO api_keys (owner, api_key) VALUES ('<u>', '<v:yaml>') RETURNING id
tool.105        UPDATE accounts SET pw = '<v:yaml>' WHERE u = '<u>'
tool.106        db.users.updateOne({name: "<u>"}, {$set: {password: "<v:c>"}})
tool.107        SELECT * FROM users WHERE email = 'x' AND password = MD5('<v:sq>')
tool.108        com.zaxxer.hikari.HikariConfig - jdbcUrl...jdbc:mysql://<h>/x?user=<u>&password=<v:url>
tool.109        Caused by: java.sql.SQLException: Access denied for user '<u>' with password '<v:sq>'
tool.110        javax.mail.AuthenticationFailedException: login(<u>, <v:bare>)
tool.111        DEBUG auth - comparing '<v:sq>' with stored password
tool.112        WARN auth: password mismatch: got '<v:sq>' want hash
tool.113        DEBUG login attempt: {username=<u>, password=<v:bare>}
tool.114        Login attempt user=<u> pass=<v:bare> ip=10.0.0.1
tool.115        [auth] user=<u> pwd="<v:dq>" ok
tool.116        user '<u>' password '<v:sq>' rejected
tool.117        Invalid password '<v:sq>' for <u>
tool.118        Decoded basic auth: <u>:<v:bare>
tool.119        basic auth credentials <u>:<v:bare>
tool.120        Using credentials <u>:<v:bare>@<h>
tool.121        auth=<u>:<v:bare>
tool.122        proxy http://<u>:<v:url>@<h>:3128
tool.123        HTTP_PROXY=http://<u>:<v:url>@<h>:3128
tool.124        ftp://<u>:<v:url>@<h>/f
tool.125        sftp <u>:<v:bare>@<h>
tool.126        amqps://<u>:<v:url>@<h>/v
tool.127        snowflake://<u>:<v:url>@acct/db
tool.128        clickhouse://<h>:9000?username=<u>&password=<v:url>
tool.129        nats://<v:url>@<h>:4222 token=<v:bare>
tool.130        mqtt connect user=<u> password=<v:bare> clean=1
tool.131        {"level":"debug","msg":"login","args":["<u>","--password=<v:json>"]}
tool.132        {"cmd":"mysql -u root -p<v:bare> x"}
tool.133        {"msg":"auth failed","input":{"user":"<u>","passwd":"<v:json>"}}
tool.134        {"request":{"body":"grant_type=password&username=<u>&password=<v:form>"}}
tool.135        {"query":"token=<v:url>&x=1"}
tool.136        {"params":{"auth_token":"<v:json>"}}
tool.137        {"type":"auth","payload":{"key":"<hex16>","secret":"<v:json>"}}
tool.138        {"op":"auth","args":["<id>","<ms>","<hex><hex>"],"secret":"<v:json>"}
tool.139        {"e":"x","credentials":{"login":"<u>","password":"<v:json>"}}
tool.140        {"user":{"name":"<u>","pass":"<v:json>"}}
tool.141        {"smtp":{"host":"<h>","auth":{"user":"<u>","pass":"<v:json>"}}}
tool.142        {"Authorization":["Bearer <v:json>"]}
tool.143        {"headers":[{"name":"authorization","value":"Bearer <v:json>"}]}
tool.144        {"headers":[["x-api-key","<v:json>"]]}
tool.145        {"env":[{"name":"DB_PASSWORD","value":"<v:json>"}]}
tool.146        {"Environment":{"Variables":{"API_KEY":"<v:json>"}}}
tool.147        {"SecretString":"{\"password\":\"<v:bare>\"}"}
tool.148        {"SecretString":"<v:json>"}
tool.149        {"data":{"password":"<v:b64>"},"kind":"Secret"}
tool.150        {"secret_value":"<v:json>"}
tool.151        {"Parameter":{"Name":"/prod/db/password","Type":"SecureString","Value":"<v:json>"}}
tool.152        {"access":{"token":{"id":"<v:json>"}}}
tool.153        {"jwt_secret":"<v:json>"}
tool.154        {"otp":"482913","phone":"<phone>"}
tool.155        {"card":{"cvc":"123","number":"<card>"}}
tool.156        {"securityAnswer":"<v:json>","password":"<v:json>"}
tool.157        {"encryptedPassword":"<v:json>"}
tool.158        {"old_password":"<v:json>","new_password":"x"}
tool.159        {"current_password":"x","newPassword":"<v:json>"}
tool.160        {"passwordConfirmation":"<v:json>"}
tool.161        {"pass_phrase":"<v:json>"}
tool.162        {"apisecret":"<v:json>"}
tool.163        {"private_key_password":"<v:json>"}
tool.164        {"master_password":"<v:json>"}
tool.165        {"db_pass":"<v:json>"}
tool.166        {"DbPwd":"<v:json>"}
tool.167        {"pwd_hash_salt":"x","pwd":"<v:json>"}
tool.168        {"refreshToken":{"token":"<v:json>","expires":1}}
tool.169        <Password>\n  <v:xml>\n</Password>
tool.171        <cred user='<u>' password='<v:sq>'/>
tool.172        <param name='password' value='<v:sq>'/>
tool.173        <property>\n  <name>javax.jdo.option.ConnectionPassword</name>\n  <value><v:xml></value>\n</property>
tool.174        <connectionStrings><add name="x" connectionString="Server=<h>;Password=<v:bare>;"/></connectionStrings>
tool.175        <machineKey decryptionKey="<hex>" validationKey="<v:attr>"/>
tool.176        password:\n  - <v:bare>
tool.177        - password=<v:bare>
tool.178          password : "<v:dq>"
tool.179        "password" : '<v:sq>'
tool.180        password=>"<v:dq>"
tool.181        password ::= <v:bare>
tool.182        password := <v:bare>
tool.183        password -> "<v:dq>"
tool.184        password|<v:bare>|user|<u>
tool.185        password\t<v:bare>\tuser\t<u>
tool.186        user,password\n<u>,<v:bare>
tool.187        <u>;<v:bare>\nuser;password
tool.188        host <h>\nuser <u>\npassword <v:bare>
tool.189        set password <v:bare>
tool.190        enable password <v:bare>
tool.191        username <u> secret <v:bare>
tool.192        ppp chap password 0 <v:bare>
tool.193        key-string <v:bare>
tool.194        pre-shared-key <v:bare>
tool.195        wpa-psk ascii 0 <v:bare>
tool.196        radius-server key <v:bare>
tool.197        tacacs-server host 10.0.0.1 key <v:bare>
tool.198        ip ftp password <v:bare>
tool.199        set system login user <u> authentication encrypted-password "<v:dq>"
tool.200        set vpn ipsec psk "<v:dq>"
ops.0           [desk-chat] <u>: the OANDA practice password is <v:bare>, account U1234567
ops.1           [slack] #ops <u>: new redis pw -> <v:bare> (rotate friday)
ops.2           ticket #<n>: customer wrote "my login is <u> and the password is <v:bare>"
ops.3           support: user says her PIN is 4821 and it fails
ops.4           audit: <u> viewed secret value <v:bare>
ops.5           WARN config: property 'broker.api.secret' overridden with value '<v:sq>' from env
ops.6           DEBUG env: BROKER_API_SECRET = '<v:sq>'
ops.7           DEBUG loaded .env: {'BROKER_SECRET': '<v:c>', 'PORT': '8000'}
ops.8           pydantic_settings: broker_secret=<v:bare> broker_url='https://x'
ops.9           click.echo: Using token <v:bare>
ops.10          argparse: Namespace(host='<h>', password='<v:c>', port=1)
ops.11          Starting new HTTPS connection, headers={'X-MBX-APIKEY': '<v:c>'}
ops.12          DEBUG:urllib3: send header Authorization: Token <v:bare>
ops.13          ccxt: {'apiKey': '<v:c>', 'secret': '<v:c>'}
ops.14          ccxt.base.errors.AuthenticationError: okx {"code":"50113"} passphrase=<v:bare>
ops.15          binance GET /api/v3/account?timestamp=<ms>&signature=<hex><hex>
ops.16          bybit auth args: ["<id>", <ms>, "<hex><hex>"] secret=<v:bare>
ops.17          IBKR gateway login user=<u> password=<v:bare> mode=paper
ops.18          MT5 initialize(login=<n>, password='<v:sq>', server='X')
ops.19          FIX Logon built: 98=0|108=30|553=<u>|554=<v:bare>|
ops.20          deribit client_credentials id=x secret <v:bare>
ops.21          kafka producer config: {'sasl.username': '<u>', 'sasl.password': '<v:c>'}
ops.22          confluent: sasl.password = <v:bare>
ops.23          sqlalchemy: Engine(postgresql://<u>:<v:url>@<h>/x)
ops.24          psycopg.OperationalError: connection failed: password "<v:dq>" rejected
ops.25          asyncpg.connect(user='<u>', password='<v:c>', database='x')
ops.26          redis.Redis(host='<h>', password='<v:c>')
ops.27          minio: accessKey=x secretKey=<v:bare>
ops.28          boto3.client('s3', aws_access_key_id='<akia>', aws_secret_access_key='<v:c>')
ops.29          mlflow: MLFLOW_TRACKING_PASSWORD=<v:bare>
ops.30          wandb: Appending key for api.wandb.ai: <hex>
ops.31          wandb login <hex>
ops.32          huggingface-cli login --token <v:bare>
ops.33          jupyter: http://localhost:8888/?token=<hex>
ops.34          airflow connections add x --conn-password <v:bare>
ops.35          dbt profile: pass: <v:bare>
ops.36          feast: registry password: <v:bare>
ops.37          grafana: GF_SECURITY_ADMIN_PASSWORD=<v:bare>
ops.38          prometheus remote_write basic_auth: {username: <u>, password: <v:bare>}
ops.39          alertmanager smtp_auth_password: '<v:sq>'
ops.40          nginx: proxy_set_header X-Auth "<v:dq>" token=<v:bare>
ops.41          k8s secret decoded: password=<v:bare>
ops.42          Decoded value: password -> <v:bare>
ops.43          base64 -d => password: <v:bare>
ops.44          env | grep PASS: DB_PASS=<v:bare>
ops.45          history: export DB_PASS=<v:bare>
ops.46          + mysql -h <h> -u<u> -p<v:bare> -e 'select 1'
ops.47          + curl -s -u <u>:<v:bare> https://<h>/api
ops.48          $ echo $API_TOKEN\n<v:bare>
ops.49          $ cat /run/secrets/db_password\n<v:bare>
ops.50          $ vault kv get -field=password secret/x\n<v:bare>
ops.51          > set token "<v:dq>"
ops.52          Generated password for user <u>: <v:bare>
ops.53          Generated new API token: <v:bare>
ops.54          Initial admin password: <v:bare>
ops.55          Temporary password for <u>@example.com is <v:bare>
ops.56          Root password is <v:bare>
ops.57          Your one-time password: 482913
ops.58          Use code 482913 to log in
ops.59          Please use this password: <v:bare>
ops.60          A temporary password is generated for root@localhost: <v:bare>
ops.61          Elasticsearch: Password for the elastic user is: <v:bare>
ops.62          The generated password for the elastic built-in superuser is : <v:bare>
ops.63          Jenkins initial setup ... password has been generated: <v:bare>
ops.64          Using generated security password: <v:bare>
ops.65          auto-generated jwt secret: <v:bare>
ops.66          session secret not set, using <v:bare>
ops.67          webhook secret mismatch: expected <v:bare>
ops.68          hmac mismatch: secret='<v:sq>'
ops.69          invalid api key: <v:bare>
ops.70          API key <v:bare> not found
ops.71          unknown token <v:bare>
ops.72          token <v:bare> revoked by <u>
ops.73          rejected refresh token "<v:dq>"
ops.74          refresh_token <v:bare> reused
ops.75          cookie session=<v:bare>; Path=/
ops.76          set-cookie: sid=<hex>; HttpOnly
ops.77          otp for <u>: 482913
ops.78          totp secret JBSWY3DPEHPK3PXP for <u>
ops.79          recovery codes: <hex8>-<hex8>, password <v:bare>
ops.80          security answer: <v:bare> password: <v:bare>
ops.81          wifi psk '<v:sq>' saved
ops.82          vpn pre-shared key: <v:bare>
ops.83          snmp community string: <v:bare>
ops.84          ldap bind password "<v:dq>" refused
ops.85          smtp auth user=<u> pass=<v:bare>
ops.86          imap LOGIN <u> <v:bare> failed
ops.87          ftp login <u>/<v:bare>
ops.88          svn: --password <v:bare>
ops.89          git credential fill: password=<v:bare>
ops.90          npm notice //r/:_authToken=<v:bare>
ops.91          docker config: {"auths":{"r":{"auth":"<v:up>"}}}
ops.92          helm values: postgresql.auth.password: <v:bare>
ops.93          ansible-playbook -e db_password=<v:bare>
ops.94          terraform apply -var db_password=<v:bare>
ops.95          terraform apply -var='api_token=<v:bare>'
ops.96          pulumi config set --secret dbPassword <v:bare>
ops.97          kubectl set env deploy/x DB_PASSWORD=<v:bare>
ops.98          docker run -e POSTGRES_PASSWORD=<v:bare> postgres
ops.99          docker service create --env API_KEY=<v:bare> x
ops.100         systemctl set-environment TOKEN=<v:bare>
ops.101         launchctl setenv API_TOKEN <v:bare>
ops.102         setx API_TOKEN "<v:dq>"
ops.103         reg add HKLM\x /v Password /d <v:bare>
ops.104         [Environment]::SetEnvironmentVariable("API_KEY","<v:dq>")
ops.105         Set-Item env:API_KEY "<v:dq>"
ops.106         $cred = New-Object PSCredential("<u>", "<v:dq>")
ops.107         java.util.Properties: {password=<v:bare>, user=<u>}
ops.108         org.postgresql.Driver connect props={user=<u>, password=<v:bare>}
ops.109         o.s.b.actuate: "spring.datasource.password":{"value":"<v:json>"}
ops.110         DataSourceProperties[url=x, username=<u>, password=<v:bare>]
ops.111         JwtProperties(secret=<v:bare>, ttl=PT1H)
ops.112         Feign: X-Api-Key: <v:bare>
ops.113         Retrofit: --> POST /login {"password":"<v:json>"}
ops.114         OkHttp: Authorization: Bearer <v:bare>
ops.115         dotnet: ConnectionString="Server=x;Password=<v:bare>"
ops.116         serilog: {@Login} LoginRequest { User: "<u>", Password: "<v:c>" }
ops.117         rails: Processing with {"user"=>{"password"=>"<v:c>"}}
ops.118         sinatra params: {"token"=>"<v:c>"}
ops.119         go: cfg: {DB:{Host:x Password:<v:bare>} Port:1}
ops.120         go: cfg.Password=<v:bare>
ops.121         zap: {"cfg":{"Token":"<v:json>"}}
ops.122         rust: Config { token: Some("<v:c>") }
ops.123         elixir: [password: "<v:c>", port: 1]
ops.124         nest: {"body":{"password":"<v:json>"}}
ops.125         pino: {"req":{"headers":{"x-api-key":"<v:json>"}}}
'''
N = r'''
n.1     password for user <u> expired on 2024-01-01T00:00:00Z
n.2     password reset for <u>2 requested from 10.0.0.1
n.3     token refreshed for client <id> in 12ms
n.4     token bucket refill 100/s for key orders:<sym>
n.5     secret app-<hex8> created in namespace prod2
n.6     api key rotated by job <hex8>
n.7     api key id <hex8> used 12 times
n.8     password policy v2 loaded
n.9     password hash algorithm sha256 rounds 5000
n.10    token type bearer expires 3600s
n.11    login <u> from 10.0.0.1 ok
n.12    login as <u> on <h>
n.13    auth user=<u> method=password result=ok id=<hex8>
n.14    credentials loaded from /etc/app/creds2.json
n.15    credentials provider chain env2 -> file3
n.16    key <sym> updated to 12
n.17    key user:<n> missing
n.18    cache key orders-<hex8> evicted
n.19    key a1b2c3 not found in map
n.20    secret version 3 of db-creds-v2 mounted
n.21    secret db-password-v2 mounted
n.22    password length 12 ok, 3 classes
n.23    password attempts 3 of 5
n.24    password changed by user42 at 12:00:01
n.25    token 5 of 12 parsed
n.26    token at position 12: expected ')'
n.27    token IDENT1 at line 3
n.28    unexpected token } in JSON at position 42
n.29    token stream v2 opened
n.30    session <uuid> closed
n.31    session for <u> started
n.32    pass 2 of 3 took 12ms
n.33    PASS TestX2 (0.01s)
n.34    --- PASS: TestPassword1 (0.00s)
n.35    test_password_1 passed in 12ms
n.36    passed 12 tests
n.37    pw=0.5 rate
n.38    PIN A5 set high
n.39    auth.login("user")
n.40    client.login(user, password)
n.41    login('<u>', password)
n.42    authenticate(user=<u>)
n.43    f("password", "username")
n.44    ("password", "text")
n.45    fields: "password", "token", "email2"
n.46    set("password", value)
n.47    getOrDefault("password", null)
n.48    {"name":"password","type":"string","required":true}
n.49    {"name":"token","type":"query","value":""}
n.50    {"path":"/password","op":"remove"}
n.51    {"field":"password","code":"too_short","min":8}
n.52    {"value":"<u>","name":"user"}
n.53    <field name="password" type="string" required="true"/>
n.54    <string name="password_hint">Enter your password</string>
n.55    <td>password</td><td>required</td>
n.56    <label for="pw1">Password</label><input id="pw1">
n.57    <h>:5432:db
n.58    <h>:8080:<h>:9090:tcp
n.59    a:b:c:d:e
n.60    2024:01:02:03:04
n.61    arn:aws:sns:eu-west-1:123456789012
n.62    urn:x:y:z:w12345
n.63    root:x:0:0:root:/root:/bin/bash
n.64    user <u> logged in with method password2fa
n.65    using password auth for <u>
n.66    using token from env var X1
n.67    using key from file k1.pem
n.68    token from header X-Auth2
n.69    keys: a1, b2, c3
n.70    key1 value1 key2 value2
n.71    secret1 and secret2 rotated
n.72    passwords don't match for user42
n.73    password "required"
n.74    password 'required' rule failed
n.75    missing password (code E1001)
n.76    password invalid (code E1001)
n.77    token invalid (error 401)
n.78    token expired (exp 1714558333)
n.79    invalid token: exp1 claim
n.80    token_id=<n> jti=<uuid>
n.81    net use Z: \\srv\share
n.82    net user <u> /active:yes
n.83    snmp-server community list 2
n.84    username <u> privilege 15
n.85    enable secret level 5
n.86    machine <h> booted
n.87    login shell2 started
n.88    INSERT INTO users (name, password) VALUES (?, ?)
n.89    INSERT INTO users (name, password) VALUES ($1, $2)
n.90    INSERT INTO users (name, age) VALUES ('bob', '42')
n.91    SELECT password FROM users WHERE name = 'bob42'
n.92    UPDATE users SET password_changed_at = '2024-01-01' WHERE id = 3
n.93    Duplicate entry 'bob42' for key 'users.name'
n.94    column "password" of relation "users2"
n.95    <k> is required
n.96    <k> not found in vault2
n.97    <kt> is stored in k8s secret app1
n.98    no <k> given for user42
n.99    <k> must match ^[a-z0-9]+$
n.100   <kt> rotation scheduled 2024-06-01T10:00:00Z
n.101   wrong password for <u>2
n.102   password was changed 3d ago
n.103   password expires in 14d
n.104   the token is 64 bytes
n.105   the token is HS256 signed
n.106   the secret is in us-east-1
n.107   password is SHA-256 hashed
n.108   password to db2 rotated
n.109   token to node3 sent
n.110   key to orders2 table
n.111   secret of pod app-7d4f8b9c6-x7k2p
n.112   token of user42 revoked
n.113   password of user42 changed
n.114   changed password of <u>2 (id 42)
n.115   password, 2fa and sso supported
n.116   token, key1 and cert2 loaded
n.117   auth with oauth2 succeeded
n.118   login with user42 ok
n.119   #password-field1 not visible
n.120   password#1
n.121   token/refresh2
n.122   /v1/password/reset2
n.123   /v2/secrets/list
n.124   GET /api/v1/tokens/<uuid> 404
n.125   POST /api/token/refresh 200
n.126   secret|v2|created
n.127   | token | type2 |
n.128   <k>[0] is empty
n.129   <k>(s) missing
n.130   password(1) man page
n.131   passwd(5)
n.132   token~1
n.133   tokens - 128
n.134   password - required field2
n.135   token - OAuth2 access token
n.136   API key — see docs v2
n.137   password -> hash2
n.138   token → v2
n.139   key -> value1
n.140   echo "done2" | tee log
n.141   echo ok1 | sudo tee /x
n.142   user <u> on since 12:00
n.143   ACL SETUSER <u> off
n.144   HELLO 3
n.145   AUTH ok1
n.146   PASS ./x2.test.js
n.147   LOGIN failed2
n.148   "password" with value "" fails
n.149   field 'password': rejected value [null]
n.150   Credentials(user=<u>)
n.151   Credentials(<u>)
n.152   BasicAuth{}
n.153   Token(IDENT, x1)
n.154   Token(kind=NUM, pos=12)
n.155   Pair(key, value1)
n.156   Secret(name=app-tls2)
n.157   (token,count2)
n.158   secrets:\n  - db-creds2\n  - api2
n.160   {"tokens":["a1","b2"]}
n.161   {"keys":{"a1":"b2"}}
n.162   {"token":{"type":"NUM","text":"x1"}}
n.163   {"password":{"min":8,"max":64}}
n.164   verification code sent to user42
n.165   code 482913 lines
n.166   PIN 12 is high
n.167   pin code required
n.168   error code is 482913
n.169   cvv: required
n.170   session id: none
n.171   hash key = user_id1
n.172   sort key is ts2
n.173   partition key orders2
n.174   primary key id1
n.175   foreign key fk_user1
n.176   ssh key type ed25519
n.177   public key ed25519 loaded
n.178   key exchange curve25519-sha256
n.179   key size 2048bit
n.180   key rotation v2
n.181   secret store vault1
n.182   token endpoint https://x/v2/token
n.183   token url v2
n.184   access token lifetime 3600s
n.185   access token v2 format
n.186   refresh token grant2
n.187   password grant2 disabled
n.188   auth token cache hit 0.98
n.189   machine-1 login
n.190   PlainAuth("", user, pass, host)
n.191   getConnection(url, "sa", "")
n.192   connect("db1", "public")
n.193   login("btn-submit", "click")
n.194   client.authenticate("client_credentials2")
n.195   #define MAX_TOKENS "128"
n.196   #define TOKEN_TYPE "bearer"
n.197   os.environ.get("DB_PASSWORD", "")
n.198   props.put("password.policy", "strict2")
n.199   set password to null
n.200   value of token: IDENT
m.0     password: {{ vault_db_password }}
m.1     password: "{{ .Values.db.password }}"
m.3     password=${DB_PASSWORD:?must be set}
m.4     password=`cat /run/secrets/db`
m.5     password=$(cat /run/secrets/db_<n>)
m.6     export PGPASSWORD="$(aws secretsmanager get-secret-value --secret-id prod/db<n>)"
m.7     DB_PASSWORD_FILE=/run/secrets/db_<n>
m.8     secretKeyRef: {name: db-<n>, key: password}
m.9     valueFrom: {secretKeyRef: {name: app-<hex8>, key: api-key}}
m.10    imagePullSecrets: [{name: regcred-<n>}]
m.11    secretName: tls-<hex8>
m.12    secret: !sub ${Stack<n>}-secret
m.13    token: ${{ secrets.GITHUB_TOKEN }}
m.14    token: $TOKEN_<n>
m.15    token: %TOKEN%
m.16    apiKey: process.env.API_KEY_<n>
m.17    const token = req.headers['x-token-<n>'];
m.18    const token = await auth.getToken(user<n>);
m.19    const secret = crypto.randomBytes(<n1>2).toString('hex');
m.20    let password = prompt("password<n>");
m.21    password = getpass.getpass("Password for db<n>: ")
m.22    password = self.config.get("db<n>", "password")
m.23    self.password = kwargs.pop("password", None)  # v<n>
m.24    String password = System.getenv("DB_PASS_<n>");
m.25    private String password; // field <n>
m.26    @JsonProperty("password") private String pw<n>;
m.27    if (password.length() < <n>) throw new Invalid();
m.28    assertThat(token).isNotNull(); // line <n>
m.29    expect(token).toBe(undefined) // case <n>
m.30    it('rejects a wrong password (<n>)', async () => {
m.31    test_login_with_wrong_password[<n>] PASSED
m.32    tests/auth/test_token.py::TestToken::test_refresh_<n> FAILED
m.33    FAIL: TestPasswordReset/case_<n> (0.0<n1>s)
m.34    ok  	example.com/auth/token	0.<n>s
m.35    PASS src/password.spec.ts (<n>.1 s)
m.36    --- PASS: TestAPIKey_<n> (0.00s)
m.37    com.acme.auth.TokenService$$Lambda$<n>/0x0000<hex8>
m.38    at com.acme.PasswordEncoder.encode(PasswordEncoder.java:<n>)
m.39      File "/srv/app/tokens.py", line <n>, in issue_token
m.40    github.com/acme/token/v<n1>.(*Store).Get(0xc000<hex8>, 0x<n1>)
m.41    Token(<n>) = NUMBER at <n>:<n>
m.42    Token { kind: Ident, span: <n>..<n> }
m.43    token = Token(type=NAME, value=x<n>, line=<n>)
m.44    unexpected token 'x<n>' at line <n>
m.45    parse error: expected token NAME, found NUMBER<n>
m.46    lexer: token #<n> kind=IDENT text=foo<n>
m.47    tokens_used=<n> tokens_left=<n>
m.48    prompt_tokens: <n>, completion_tokens: <n>, model: gpt-4o-<n>
m.49    max_tokens exceeded: <n> > 4096
m.50    token bucket key=api:<n> tokens=<n1>0 refill=10/s
m.51    rate limit token bucket user<n> empty
m.52    csrf token mismatch for session <uuid>
m.53    token cache hit ratio 0.<n>
m.54    token refresh took <n>ms
m.55    refresh token rotation enabled, window <n>s
m.56    id_token claims: aud=app<n> iss=https://idp.example.com/<n>
m.57    access token for client app-<n> expires at <ts>
m.58    access token issued to client_id=app-<n> scope=read
m.59    token endpoint auth method: client_secret_basic (<n>)
m.60    token_endpoint_auth_methods_supported: [client_secret_post, private_key_jwt]
m.61    grant_types: [password, refresh_token, client_credentials]
m.62    "grant_type": "client_credentials", "req": <n>
m.63    Authorization: Bearer <redacted> (<n>)
m.64    authorization header missing, request <uuid>
m.65    Authorization: Basic (removed) id=<n>
m.66    WWW-Authenticate: Basic realm="db<n>"
m.67    Proxy-Authenticate: NTLM req=<n>
m.69    auth plugin caching_sha2_password loaded in <n>ms
m.70    using authentication method scram-sha-256 for user<n>
m.71    user u<n> authenticated by password
m.72    user u<n> failed password authentication (attempt <n1>)
m.73    Failed password for root from 10.0.0.<n1> port <n> ssh2
m.74    Failed password for invalid user admin<n> from 10.<n1>.0.1 port <n> ssh2
m.75    Accepted password for deploy from 10.0.<n1>.2 port <n> ssh2
m.76    Accepted publickey for deploy from 10.0.0.<n1> port <n> ssh2: ED25519 SHA256:<id>
m.77    pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.<n1>
m.78    pam_unix(cron:session): session opened for user root(uid=<n>)
m.79    password for user app<n> has expired
m.80    password hash upgraded from bcrypt to argon2id for user <n>
m.81    password strength: 3/4, crack time <n> years
m.82    password must contain at least <n1> characters
m.83    Password must be <n1>-64 characters long
m.84    Your password was changed at <ts> from 10.0.0.<n1>
m.85    Your password will expire in <n> days
m.86    password reset link sent to user #<n>
m.87    password reset token expired after <n>m
m.88    reset-password: job <n> done
m.89    forgot password? request <n>
m.90    enter your password to continue (step <n1>)
m.91    secret rotation finished: 3 rotated, <n> skipped
m.92    secret "db-<hex8>" synced from vault
m.93    Secret/app-<hex8> unchanged
m.94    secret/data/app<n> version <n1> read
m.95    secrets: [db-main, api-main] loaded in <n>ms
m.96    created secret prod/app<n>/db (arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/app-AbC<n1>De)
m.97    vault: lease secret/creds/app/<uuid> renewed for <n>s
m.98    vault token renewed, ttl <n>h
m.99    vault kv get -field=password secret/app<n>
m.100   kubectl get secret app<n> -o jsonpath={.data.password}
m.101   kubectl create secret generic app<n> --from-file=token=/tmp/t<n>
m.102   kubectl -n prod delete secret app-<hex8>
m.103   helm upgrade app ./c --set auth.existingSecret=app-<hex8>
m.104   helm upgrade app ./c --set secretKey.name=app<n>
m.105   terraform: aws_secretsmanager_secret.db<n>: Refreshing state... [id=arn:aws:x:<n>]
m.106   terraform: random_password.db<n>: Creation complete after 0s [id=none]
m.107   + password = (sensitive value) # <n>
m.108   ~ secret_string = (sensitive value) -> (known after apply) # <n>
m.109   docker run --env-file .env.<n> --secret id=npm,src=.npmrc img
m.110   docker login --password-stdin registry<n>.example.com
m.111   psql --no-password -h db<n> -U app
m.112   psql -W -U app<n> -h db
m.113   mysql -u root -p db<n>
m.114   mysql: [Warning] Using a password on the command line interface can be insecure. (<n>)
m.115   redis-cli -h r<n> --askpass PING
m.116   redis: AUTH failed: WRONGPASS invalid username-password pair (<n>)
m.117   NOAUTH Authentication required. conn=<n>
m.118   -NOPERM this user has no permissions, id <n>
m.120   ORA-01017: invalid username/password; logon denied (<n>)
m.121   ERROR 1045 (28000): Access denied for user 'app<n>'@'10.0.0.1' (using password: YES)
m.122   FATAL:  password authentication failed for user "app<n>"
m.123   FATAL:  no pg_hba.conf entry for host "10.0.0.<n1>", user "app", database "d<n>", SSL off
m.124   mongo: Authentication failed. (user app<n>, db admin)
m.125   kafka: SASL authentication error: SaslAuthenticateRequest failed, broker <n>
m.126   LDAP: error code 49 - 80090308: data 52e, v<n>
m.127   535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6 (<n>)
m.128   334 UGFzc3dvcmQ6
m.129   530 5.7.0 Must issue a STARTTLS command first <n>
m.130   230 Login successful. session <n>
m.131   331 Please specify the password. (<n>)
m.132   +OK password required for user<n>
m.133   a<n1> OK LOGIN completed
m.134   CREATE USER app<n> WITH PASSWORD ?
m.135   ALTER USER app<n> IDENTIFIED BY ?
m.136   ALTER ROLE app<n> PASSWORD NULL
m.137   CREATE TABLE t<n> (password varchar(255), token char(64))
m.138   ALTER TABLE users<n> ADD COLUMN password_hash bytea
m.139   INSERT INTO users (name, password) VALUES (?, ?) -- <n>
m.140   INSERT INTO users (id, password) SELECT id, password FROM old<n>
m.141   SELECT token FROM sessions WHERE id = <n>
m.142   SELECT password IS NULL FROM users WHERE id = <n>
m.143   UPDATE users SET token = NULL WHERE id = <n>
m.144   UPDATE users SET password = crypt($1, gen_salt('bf')) WHERE id = <n>
m.145   DELETE FROM tokens WHERE expires_at < '2024-01-01' LIMIT <n>
m.146   column users.password does not exist at character <n>
m.147   null value in column "token" of relation "sessions<n>" violates not-null constraint
m.148   duplicate key value violates unique constraint "tokens_pkey<n>"
m.149   Data too long for column 'password' at row <n>
m.150   Unknown column 'u<n>.token' in 'field list'
m.151   Field 'api_key' doesn't have a default value (<n>)
m.152   KeyError: 'token' (row <n>)
m.153   TypeError: login() missing 1 required positional argument: 'password' (<n>)
m.154   TypeError: unexpected keyword argument 'api_key' at step<n>
m.155   AttributeError: 'NoneType' object has no attribute 'password<n>'
m.156   NullPointerException: Cannot invoke "String.length()" because "password" is null at L<n>
m.157   Cannot read properties of undefined (reading 'token') at x<n>.js:<n>
m.158   undefined method `password' for nil:NilClass row <n>
m.159   ValidationError: "password" is required (field <n>)
m.160   ValidationError: "password" length must be at least <n1> characters long
m.161   {"password":["This field may not be blank."],"id":<n>}
m.162   {"errors":[{"field":"password","code":"TOO_SHORT","min":<n>}]}
m.163   {"error":"invalid_token","error_description":"The token was revoked","id":<n>}
m.164   {"code":"auth/wrong-password","message":"The password is invalid","n":<n>}
m.165   {"type":"password","label":"Password<n>","required":true}
m.166   {"name":"password","type":"text","maxLength":<n>}
m.167   {"name":"token","in":"header","required":true,"v":<n>}
m.168   {"key":"password","type":"string","sensitive":true,"order":<n>}
m.169   {"secret":{"name":"app-<hex8>","namespace":"prod"}}
m.170   {"kind":"Secret","metadata":{"name":"app-<hex8>"}}
m.171   {"token":null,"password":null,"id":<n>}
m.172   {"token":{"symbol":"ETH","decimals":<n>}}
m.173   {"token":"USDC","amount":<n>}
m.174   {"tokens":[{"symbol":"BTC<n>"}],"n":<n>}
m.175   {"hasPassword":true,"mfa":false,"n":<n>}
m.176   {"passwordSet":false,"passwordAge":<n>}
m.177   {"auth":{"type":"oauth2","flow":"password"},"n":<n>}
m.178   {"auth":"none","port":<n>}
m.179   {"authenticated":true,"auth_time":<n>}
m.180   {"session":{"id":"<uuid>","ttl":<n>}}
m.181   {"cookie":{"secure":true,"maxAge":<n>}}
m.182   {"key":"orders:<n>","value":"filled<n>"}
m.183   {"key":"symbol","value":"EURUSD<n>"}
m.184   {"name":"strategy","value":"mean-rev-<n>"}
m.185   {"value":"EURUSD","name":"symbol<n>"}
m.186   {"k":"price","v":"<px>"}
m.187   {"field":"qty","old":"<n>","new":"<n>"}
m.188   {"path":"/orders/<n>","value":"x<n>"}
m.189   {"label":"Limit price","text":"<px>"}
m.190   <input type="password" id="pw<n>" autocomplete="current-password">
m.191   <label for="password<n>">Password</label>
m.192   <td>Password</td><td>changed <n> days ago</td>
m.193   <td>Token</td><td>valid</td><td><n></td>
m.194   <property name="passwordEncoder" ref="enc<n>"/>
m.195   <property name="tokenStore" value="redis<n>"/>
m.196   <field name="password" type="string" size="<n>"/>
m.197   <entry key="symbol">EURUSD<n></entry>
m.198   <string name="forgot_password">Forgot password? <n></string>
m.199   <add key="TokenLifetime" value="<n>" />
m.200   <setting name="Symbol"><value>EURUSD<n></value></setting>
m.201   <password/> <n>
m.202   <xsd:element name="password" type="xsd:string" maxOccurs="<n>"/>
m.203   | password | string | yes | min <n> |
m.204   | token    | type   | count |
m.205   |----------|--------|-------|
m.206   user | token_count | <n>
m.207   key   value
m.208   password  changed
m.209   token     valid  <n>
m.210   id,user,token_type\n<n>,bob,bearer
m.211   name,password_set\nbob,true
m.212   1. password - must be set (<n>)
m.213   - password: required, <n1>+ characters
m.214   * API key: see docs/<n>
m.215   API key: none (<n>)
m.216   API key rotation job <n> started
m.217   API key ID ak-<hex8> disabled by user<n>
m.218   api-key header name: X-Api-Key, req <n>
m.220   no API key found in request <uuid>
m.221   invalid API key format (len <n>)
m.222   missing x-api-key header, request <uuid>
m.223   key id <hex8> not found in JWKS
m.224   kid <hex8> rotated, alg RS256
m.225   public key <hex> loaded
m.226   ssh key SHA256:<id> added by user<n>
m.227   private key file /etc/tls/<n>/key.pem not readable
m.228   private key type: EC prime256v<n1>
m.229   loaded 3 private keys in <n>ms
m.230   encryption key version <n> active
m.231   encryption key id <uuid> (aws/kms)
m.232   arn:aws:kms:eu-west-1:123456789012:key/<uuid>
m.233   partition key user<n>, sort key ts<n>
m.234   primary key (id<n>)
m.235   foreign key constraint fk_<n> fails
m.236   hash key <hex8> slot <n>
m.237   cache key user:<n>:v2 expired
m.238   idempotency key <uuid> reused
m.239   license key check passed (<n>)
m.240   session <uuid> expired after <n>s
m.241   session started for user<n> on host<n>
m.242   session key exchange took <n>ms
m.243   sessionId: none, user: u<n>
m.244   cookie consent: accepted v<n>
m.246   cookie banner shown <n> times
m.247   pin <n1> set to output
m.248   PIN pad status: ok <n>
m.249   OTP sent to device <n>
m.250   otp required for user<n>
m.251   MFA code valid for <n>s
m.252   2FA enabled for user<n>
m.253   verification code expired after <n>m
m.254   credential store: file v<n>
m.255   credentials for project p<n> refreshed
m.256   credentials: 2 loaded, <n> expired
m.257   credential id cred-<hex8> used
m.258   Credentials(id=<n>, type=PASSWORD)
m.259   UserCredentials(user=u<n>)
m.260   login ok user=u<n> method=password
m.261   login button clicked (<n>)
m.262   login("admin<n>")
m.263   auth.login(user<n>)
m.264   client.login(username, password<n>)
m.265   db.connect("postgres", "orders<n>")
m.266   open("file<n>.txt", "rb")
m.267   conn = connect("db<n>", "app")
m.268   requests.get(url, auth=(user, pw<n>))
m.271   ["--password", "--user", "x<n>"]
m.273   dict(token=token, n=<n>)
m.276   kwargs: password=<hidden>, n=<n>
m.277   args=(user=u<n>, password=***)
m.278   Password: [hidden] (<n>)
m.279   password: ●●●●●●●● <n>
m.280   password = "<REDACTED>" # <n>
m.281   password="********" n=<n>
m.282   secret=<omitted> n=<n>
m.283   token=[Filtered] n=<n>
m.284   token=(hidden) n=<n>
m.285   token: "***MASKED***" n=<n>
m.286   apikey=xxxxxxxx-xxxx-xxxx n=<n>
m.287   api_key=XXXX<n1>XXXX
m.288   api_key=your_api_key_here
m.289   api_key=<YOUR_API_KEY>
m.290   api_key="replace-me"
m.292   secret: TODO (#<n>)
m.293   token: TBD
m.294   password: see 1Password item <n>
m.295   password: stored in vault at secret/app<n>
m.296   password: ask ops (ticket OPS-<n>)
m.297   Password: required
m.298   Password (optional):
m.300   Username:\nPassword:\nLogin incorrect <n>
m.301   [sudo] password for deploy<n>:
m.302   deploy@host<n>'s password:
m.303   Enter passphrase for key '/home/u<n>/.ssh/id_ed25519':
m.304   Enter passphrase (empty for no passphrase):
m.306   user@host<n>:~$ passwd
m.307   passwd: password updated successfully (<n>)
m.308   passwd(1) - change user password, section <n>
m.309   chage: password expiry information changed <n>
m.310   Changing password for user u<n>.
m.311   usermod -p ! u<n>
m.312   --password-file=/etc/p<n>
m.313   --token-ttl 3600s --token-max <n>
m.315   --no-auth --port <n>
m.316   --secret-id prod/db<n>
m.317   -Dtoken.ttl=<n> -Dauth.mode=none
m.318   AUTH_MODE=none PORT=<n>
m.319   TOKEN_TTL=3600 TOKEN_ISSUER=https://idp/<n>
m.320   PASSWORD_MIN_LENGTH=<n>
m.321   SECRET_MANAGER=aws REGION=eu-west-<n1>
m.322   SECRETS_DIR=/run/secrets/<n>
m.323   OLDPWD=/home/u<n>
m.324   PWD=/srv/app<n>
m.325   KEYCLOAK_URL=https://sso.example.com/<n>
m.326   KEY_PREFIX=orders_<n>
m.327   bearer of bad news <n>
m.328   token ring network, port <n>
m.329   a token of appreciation (<n>)
m.330   the secret life of pods, part <n>
m.331   secret sauce: 2x batch<n>
m.332   key takeaway: 3 of <n> runs passed
m.333   key metric p99=<n>ms
m.334   key: ArrowDown<n>
m.335   keys pressed: ctrl+c<n>
m.336   pass 1/<n1> of optimizer
m.337   pass the salt <n>
m.338   passed=<n> failed=0
m.339   passphrase-less key accepted (<n>)
m.340   passing score 0.<n>
m.341   compass heading <n>
m.342   bypass=true for rule<n>
m.343   mouse pass-through on display<n>
m.344   sign: -1, exponent: <n>
m.345   signature verified for artifact app-<n>.tgz
m.347   signature algorithm RSA-PSS-<n>
m.348   X-Signature-Version: <n1>
m.349   nonce <n> too low
m.350   nonce: <n>, gas: <n>
m.351   nonce=<ms> recvWindow=<n>
m.352   txid <hex><hex> confirmed in block <n>
m.353   block 0x<hex><hex> mined, <n> txs
m.354   digest sha256:<hex><hex>
m.355   etag "<hex>"
m.356   commit <hex8> by u<n>: fix token refresh
m.357   merge branch 'fix/password-reset-<n>'
m.358   PR #<n>: rotate API keys weekly
m.359   feat(auth): add token<n1> endpoint
m.360   chore: bump jsonwebtoken from 8.5.1 to 9.0.<n1>
m.361   npm WARN deprecated passport-local@1.0.<n1>
m.362   + passlib==1.7.<n1>
m.363   Collecting token-bucket<<n1>.0,>=0.3
m.364   added 12 packages, and audited <n> packages in 3s
m.365   github.com/golang-jwt/jwt/v5 v5.2.<n1> h1:<id>
m.366   resolved "https://registry.yarnpkg.com/csrf-token/-/csrf-token-1.0.<n1>.tgz#<hex>"
m.367   @acme/auth-token@<n1>.2.3
m.368   pkg:npm/%40acme/token@1.<n>.0
m.369   user@1000.service: Main process exited <n>
m.370   getty@tty<n1>.service loaded
m.371   rabbit@rabbit-<n1>: node down
m.372   celery@worker-<n>: ready.
m.373   app@sha256:<hex><hex>
m.374   img: registry.example.com/auth/token:<n>@sha256:<hex><hex>
m.375   icon@2x.png logo@3x.webp <n>
m.376   @Component<n>({selector: 'x'})
m.377   git@gitlab.example.com:a/b<n>.git
m.378   ssh://git@github.com/a/b<n>.git
m.379   postgres://db<n>:5432/x?sslmode=require
m.380   postgres://app:***@db<n>:5432/x
m.381   postgres://app:[REDACTED]@db<n>/x
m.382   postgres://${USER}:${PASSWORD}@db<n>/x
m.383   postgres://{user}:{password}@{host}/db<n>
m.384   postgres://<user>:<password>@<host>:<port>/<db>
m.385   redis://:****@r<n>:6379/0
m.386   amqp://user:pass@host/vhost is the format (doc <n>)
m.388   https://example.com/reset-password?step=<n1>
m.389   https://example.com/token/refresh?v=<n>
m.390   https://example.com/login?next=/orders/<n>
m.391   https://idp.example.com/authorize?response_type=code&client_id=app<n>&scope=openid
m.392   GET /api/v1/tokens?limit=<n>&page_token=
m.393   GET /api/v1/secrets/db-<n>/versions/3 200
m.394   POST /oauth/token 200 <n>ms
m.395   POST /v1/password/change 204 <n>ms
m.396   PUT /users/<n>/password 400
m.397   DELETE /api-keys/<n> 204
m.398   order 4<oid> filled
m.399   ts=<ns> seq=<oid> px=<px>
m.400   trade_id <oid> matched <n>
m.401   ISIN US0378331005 qty <n>
m.402   LEI 529900T8BM49AURSDO55 ok <n>
m.403   SWIFT DEUTDEFF500 amount <n>.00
m.404   BIC COBADEFFXXX ref <n>
m.405   IBAN check failed for record <n>
m.406   IBAN: missing (row <n>)
m.407   card declined: code 05 (<n>)
m.408   card ending 4242 charged <n>.00
m.409   card **** **** **** 4242 exp 12/27 <n>
m.410   card 411111xxxxxx1111 ok <n>
m.411   PAN entry mode 051 tx <n>
m.412   visa_debit fee 0.<n>
m.413   tel: none <n>
m.414   phone verified: true (<n>)
m.415   call +support<n>
m.416   ext. <n> busy
m.417   fax machine <n> offline
m.418   SSN required on form W-<n1>
m.419   ssn field hidden (<n>)
m.420   account balance <px> EUR for customer <n>
m.421   account locked after <n1> attempts
m.422   account type margin<n1>
m.423   account_count=<n> accounts_active=<n>
m.424   account: 3 of <n> synced
m.425   service account deployer-<n> created
m.427   subaccount list: 2 (<n>)
m.428   8=FIX.4.4|9=<n>|35=0|34=<n>|52=20240101-00:00:00|10=123|
m.429   35=8 received, 39=2, seq <n>
m.430   FIX session QUOTE-<n> logged on
m.431   FIX: 35=A sent, heartbeat <n1>0s
m.432   margin call threshold 0.<n>
m.433   host:port:db<n> triple
m.434   10.0.0.1:5432:orders:<n>
m.435   a<n>:8080:b:9090:tcp
m.436   db-1:5432:orders:app reachable (<n>)
m.437   redis-1:6379:0:master:ok
m.438   127.0.0.1:8080:10.0.0.2:80:tcp <n>
m.439   net use: no entries <n>
m.440   machine m<n> login shell started
m.441   machine learning password cracker paper <n>
m.442   cs1Label=policy cs1=strict<n> cs2Label=user cs2=u<n>
m.443   CEF:0|V|P|1|<n>|login|5|suser=u<n> outcome=success
m.444   echo done<n> | sudo tee -a /var/log/x
m.445   echo u<n> | xargs id
m.446   sudo -S apt update <n>
m.447   tool.exe /p:<n> /q
m.448   xcopy a b /p:on <n>
m.449   PASS: <n> tests
m.450   PASS <n>/<n> checks
m.451   USER u<n>
m.452   AUTH TLS
m.453   AUTH=PLAIN AUTH=LOGIN <n>
m.454   AUTH MECHANISMS: SCRAM-SHA-256 <n>
m.455   HELLO 3 v<n>
m.456   ACL SETUSER app<n> on nopass ~* +@all
m.457   CONFIG GET requirepass
m.458   requirepass is not set (<n>)
m.459   user default on nopass ~* &* +@all <n>
m.460   insecure password hash md5 used <n> times
m.461   Dead letter token <n> dropped
m.462   ERC20 token 0x<hex><hex8> listed
m.463   token 0x<hex><hex8>: decimals 18
m.464   Swap token0 -> token1 amount <n>
m.465   token A -> token B rate 0.<n>
m.466   secret -> configmap migration <n>
m.467   password → passkey migration, wave <n1>
m.468   passkey enrolled for user<n>
m.469   keyboard layout us<n>
m.470   keystore type PKCS12 v<n1>
m.471   keyspace db<n1>:keys=<n>,expires=3
m.472   monkey patched module x<n>
m.473   turkey region tr-<n1>
m.474   ключ: orders<n>
m.475   пароль: не указан
m.476   contraseña: obligatoria
m.477   mot de passe : requis
m.478   mot de passe oublié ? <n>
m.479   Passwort: falsch
m.480   Passwort vergessen? Ticket <n>
m.481   Kennwort wurde geändert (Benutzer <n>)
m.482   密码: 错误
m.483   密码错误 <n>
m.484   パスワード: 必須
m.486   senha incorreta (tentativa <n1>)
m.487   wachtwoord: vereist
m.488   hasło: wymagane
r.0     kubelet: MountVolume.SetUp failed for volume "db-creds-<hex8>" : secret "db-creds" not found
r.1     Warning  FailedMount  pod/app-<hex8>-x<n1>k2p  references non-existent secret key: password
r.2     Normal  Pulled  Successfully pulled image "registry.x/auth:<n>" in 1.<n>s
r.3     serviceAccountName: token-reader-<n>
r.4     automountServiceAccountToken: false # <n>
r.5     /var/run/secrets/kubernetes.io/serviceaccount/token mounted for pod p<n>
r.6     csi-secrets-store: rotated SecretProviderClass app-<hex8>
r.7     external-secrets: store vault-<n> is ready
r.8     sealedsecret.bitnami.com/app-<hex8> unsealed
r.9     AWS_PROFILE=prod-<n> AWS_REGION=eu-west-1
r.10    AWS_ACCESS_KEY_ID not set, using instance profile role-<n>
r.11    aws sts get-session-token --duration-seconds <n>
r.12    aws sts assume-role --role-session-name deploy-<n>
r.13    iam: access key rotated for user svc-<n>, age <n> days
r.14    iam: access key age <n>d exceeds 90d
r.15    GetSecretValue throttled, retry in <n>ms
r.16    secretsmanager: DescribeSecret prod/app<n>/db OK
r.17    ssm: GetParameter /prod/app<n>/db_password WithDecryption=true
r.18    parameter /prod/db/password version <n1>
r.20    projects/p<n>/secrets/db-password/versions/<n1>
r.21    https://vault.example.com/v1/secret/data/app<n>
r.22    https://myvault.vault.azure.net/secrets/db-password/<hex>
r.23    @Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/db<n>/)
r.24    kv/app<n>#password
r.25    op://Prod/db-<n>/password
r.26    vault:v1:c2VhbGVk<id>== 
r.27    ref+vault://secret/app<n>#/token
r.28    sops: encrypted_regex: ^(password|token)$ # <n>
r.29    ENC[AES256_GCM,data:<id>,iv:<id>,tag:<id>,type:str]
r.30    $ANSIBLE_VAULT;1.1;AES256\n6638<hex><hex>
r.31    {"sub":"user<n>","aud":"app","exp":<n>,"scope":"openid profile"}
r.32    {"iss":"https://idp/<n>","token_use":"access","client_id":"web-<n>"}
r.33    {"active":false,"req":<n>}
r.34    {"error":"invalid_client","error_description":"Client authentication failed","hint":"check client_secret","n":<n>}
r.35    {"error":"invalid_request","error_description":"Missing parameter: refresh_token (<n>)"}
r.36    {"access_token_url":"https://idp/<n>/token","auth_url":"https://idp/auth"}
r.37    {"jwks_uri":"https://idp/<n>/jwks","token_endpoint":"https://idp/token"}
r.38    {"kty":"RSA","use":"sig","kid":"<hex8>","alg":"RS256"}
r.39    {"tokenType":"Bearer","expiresIn":<n>}
r.40    {"token_count":{"prompt":<n>,"completion":<n>}}
r.41    {"usage":{"input_tokens":<n>,"output_tokens":<n>,"cache_read_input_tokens":0}}
r.42    {"passwordPolicy":{"minLength":<n1>,"requireSymbols":true}}
r.43    {"credentialType":"password","enabled":true,"n":<n>}
r.44    {"credentials":[],"n":<n>}
r.45    {"secrets":[],"configs":["app<n>"]}
r.46    {"secretRef":{"name":"app-<hex8>"},"optional":true}
r.47    {"secretName":"tls-<hex8>","hosts":["a<n>.example.com"]}
r.48    {"auth":{"enabled":false},"replicas":<n1>}
r.49    {"apiKeyAuth":[],"op":<n>}
r.50    {"apiKey":{"type":"apiKey","name":"X-API-Key","in":"header"},"v":<n>}
r.51    {"keys":["a<n>","b<n>"],"count":2}
r.52    {"key":"session_timeout","value":"<n>"}
r.53    {"name":"token_bucket_size","value":<n>}
r.54    {"name":"password_login","value":"disabled","n":<n>}
r.55    {"field":"password","error":"required","n":<n>}
r.56    {"loc":["body","token"],"msg":"field required","type":"value_error.missing","n":<n>}
r.57    {"password":"","n":<n>}
r.58    {"password":false,"n":<n>}
r.59    {"password":["too short","too common"],"n":<n>}
r.60    {"errors":{"token":"has expired"},"n":<n>}
r.61    {"errors":{"api_key":["is invalid"]},"n":<n>}
r.62    {"message":"password is incorrect","attempts":<n1>}
r.63    {"msg":"token is missing","path":"/x/<n>"}
r.64    {"msg":"wrong secret","n":<n>}
r.65    {"reason":"BadCredentials","user":"u<n>"}
r.66    {"title":"Reset password","route":"/reset/<n>"}
r.67    {"event":"password_changed","user_id":<n>}
r.68    {"event":"token.refresh","latency_ms":<n>}
r.69    {"metric":"secrets_loaded_total","value":<n>}
r.70    {"level":"info","logger":"auth.token","n":<n>}
r.71    {"class":"com.acme.security.PasswordEncoder","line":<n>}
r.72    {"type":"SecretString","n":<n>}
r.73    {"password_hash_algo":"argon2id","cost":<n>}
r.74    logger=auth.password level=debug rounds=<n>
r.75    module=token action=verify result=fail code=<n>
r.76    component=secret-store op=get key=db/<n> hit=true
r.77    auth_backend=ldap user=u<n> outcome=success
r.78    auth_type=password attempts=<n1>
r.79    login_method=api_key client=c<n>
r.80    password_reset_requested user=<n>
r.81    password_changed=true user=<n>
r.82    has_password=false uid=<n>
r.83    token_valid=false reason=expired n=<n>
r.84    token_age=<n>s token_kind=refresh
r.85    key_type=rsa key_bits=4096 n=<n>
r.86    key=orders.<n> partition=3 offset=<n>
r.87    session_ttl=<n> session_store=redis
r.88    cookie_name=sid<n> cookie_path=/
r.89    pin_count=<n1> board=v2
r.90    signature_ok=true alg=ed25519 n=<n>
r.91    auth: <n> ok, 3 failed
r.92    Auth: token (v<n1>)
r.93    Auth failed for u<n>: bad password
r.94    Authentication via password for u<n> took <n>ms
r.95    Authenticating u<n> with password
r.96    Authorization via token for svc<n> granted
r.97    Bearer auth enabled on port <n>
r.98    Basic auth realm "ops<n>" configured
r.99    Basic auth disabled since v<n1>
r.100   Digest auth nonce count <n>
r.101   API token scopes: read, write (<n>)
r.102   API tokens: <n> active
r.103   access token count: <n>
r.104   Access token TTL: <n>s
r.105   Refresh token reuse detected for client c<n>
r.106   Refresh token family f<n> revoked
r.107   Token introspection took <n>ms
r.108   Token exchange failed: 400 (<n>)
r.109   Token was issued at 17<n>
r.110   Token expires in <n>s
r.111   Token from header X-Auth, request r<n>
r.112   Token not yet valid (nbf 17<n>)
r.113   token validated for subject s<n>
r.114   token: claims verified in <n>us
r.115   token=valid sub=u<n>
r.116   no token provided for r<n>
r.117   bad token signature for kid k<n>
r.118   invalid token format: expected 3 parts, got <n1>
r.119   malformed token at char <n>
r.120   token length <n> exceeds limit
r.121   parsing token stream v<n1>
r.122   tokenizer loaded vocab 5<n> tokens
r.123   tokenized 12<n> chars into 3<n> tokens
r.124   next page token: (none)
r.125   page_token=&limit=<n>
r.126   pageToken="" pageSize=<n>
r.127   continuation token absent, page <n>
r.128   sync token stale, full sync #<n>
r.129   lock token <uuid> released
r.130   fencing token <n> accepted
r.131   cancellation token triggered by op<n>
r.132   CancellationToken { is_cancelled: true, n: <n> }
r.133   TokenBucket(capacity=<n>, refill=5)
r.134   TokenStream { len: <n> }
r.135   TokenType.STRING at <n>
r.136   SecretStr('**********') n=<n>
r.137   SecretRef(name=db-<n>, key=password)
r.138   SecretKeySelector{Name: app-<n>, Key: token}
r.139   PasswordField(label=Password, n=<n>)
r.140   PasswordAuthentication no # line <n>
r.141   PermitRootLogin prohibit-password # <n>
r.142   PubkeyAuthentication yes # <n>
r.143   password [success=1 default=ignore] pam_unix.so obscure yescrypt # <n>
r.144   auth required pam_env.so # <n>
r.145   auth sufficient pam_rootok.so n<n>
r.146   AuthType Basic\nAuthName "Area <n>"\nAuthUserFile /etc/apache2/.htpasswd
r.147   auth_basic "Restricted <n>"; auth_basic_user_file /etc/nginx/.htpasswd;
r.148   ssl_certificate_key /etc/nginx/certs/k<n>.pem;
r.149   ssl.keystore.location=/etc/kafka/ks<n>.jks
r.150   ssl.keystore.type=PKCS12 n=<n>
r.151   security.protocol=SASL_SSL sasl.mechanism=SCRAM-SHA-512 n=<n>
r.152   sasl.jaas.config=[hidden] n=<n>
r.153   spring.security.user.password=(generated) n=<n>
r.154   spring.datasource.password=#{null}
r.155   quarkus.datasource.password=${DB_PW_<n>}
r.156   password = os.environ.get("DB_PW_<n>")
r.157   password = settings.DB_PASSWORD_<n>
r.158   password=settings.SMTP_PASSWORD, timeout=<n>
r.159   token = config["auth"]["token<n>"]
r.160   token = kwargs.get("token<n>")
r.161   token, err := auth.Issue(ctx, user<n>)
r.162   token := strings.TrimPrefix(h, "Bearer ") // <n>
r.163   token = re.sub(r"\s+", "", raw<n>)
r.164   secret = hmac.new(key<n>, msg, hashlib.sha256)
r.165   secret := mustEnv("APP_SECRET_<n>")
r.166   apiKey := cfg.APIKey // v<n>
r.167   api_key = "{api_key}" # <n>
r.168   password: string().min(<n1>)
r.169   password: z.string().min(8).max(<n>)
r.170   password: { required: true, minLength: <n> }
r.171   password: faker.internet.password(<n>)
r.172   password: bcrypt.hashSync(pw<n>, 10)
r.173   password: await hash(dto.password, <n>)
r.174   @IsString() password: string; // <n>
r.175   public string Password { get; set; } // <n>
r.176   var password = Environment.GetEnvironmentVariable("PW<n>");
r.177   if password != confirm<n>: raise ValueError
r.179   def check_password(self, raw_password<n>):
r.180   def token(self) -> Optional[str]: # <n>
r.181   fn password(&self) -> &str { // <n>
r.182   let token: String = row.get("token<n>");
r.183   SET password_encryption = 'scram-sha-256'; -- <n>
r.184   SHOW password_encryption; -- <n>
r.185   pg_hba: host all all 10.0.0.<n1>/32 scram-sha-256
r.186   GRANT SELECT (id, token) ON sessions TO r<n>
r.187   SELECT count(*) FROM api_keys WHERE revoked = false AND n > <n>
r.188   SELECT * FROM users WHERE password_reset_token IS NOT NULL LIMIT <n>
r.189   CREATE INDEX idx_tokens_<n> ON tokens (expires_at)
r.190   EXPLAIN SELECT token FROM t<n>
r.191   Seq Scan on tokens  (cost=0.00..<n>.00 rows=<n> width=64)
r.192   column "api_key" is of type uuid but expression is of type text n<n>
r.193   relation "tokens_<n>" already exists
r.194   violates check constraint "users_password_check<n>"
r.195   01ARZ3NDEKTSV4RRFFQ69G5FA<n1> created
r.196   507f1f77bcf86cd7994390<n1>1 updated
r.197   0ujsswThIGTUYm2K8FjOOfXtY1<n1> stored
r.198   018f3f2a-7e51-7d6f-8a1b-2c3d4e5f60<n1>1 done
r.199   CUSIP 037833100 px <px>
r.200   SEDOL 2046251 qty <n>
r.201   FIGI BBG000B9XRY<n1> mapped
r.202   RIC EURUSD=R bid <px>
r.203   OSI AAPL  240119C00150000 filled <n>
r.204   LEI 5493001KJTIIGC8Y1R1<n1>
r.205   ClOrdID=ABC-<n>-<hex8> accepted
r.206   35=8|150=F|39=2|32=<n>|31=<px>|
r.207   8=FIX.4.4|9=120|35=D|11=ORD<n>|55=EURUSD|54=1|38=<n>|44=<px>|10=001|
r.208   +12.5% vs -3.1% on <n> bars
r.209   +<n> bps, -<n> bps
r.210   P&L +1234567.89 EUR (<n>)
r.211   +1 approved by u<n>
r.212   build +<n> commits ahead
r.213   rev 1234-5678-9012 part <n>
r.214   part no 536-90-43 qty <n>
r.215   ticket 000-12-3456 closed <n>
r.216   ref 666-12-3456 n<n>
r.217   2024-05-01 10:00:00.123456789 tick <n>
r.218   epoch_us=17<n>0000000 d=<n>
r.219   1714558333123456<n1> seq <n>
r.220   order 4111-2222 part <n>
r.221   v4.111.1111.11 build <n>
r.222   10.111.11.1:11111 open <n>
r.223   0.4111111111111111 ratio <n>
r.224   hash 4111111111111111abcdef<n>
r.225   4f3c2111-1111-4111-8111-111111111111 n<n>
r.226   user@host<n>:~/src$ make
r.227   alice@laptop<n> pushed to main
r.228   deploy@web-<n>: Permission denied (publickey)
r.229   scp a.txt u<n>@host:/tmp
r.230   svc@REALM<n> kerberos principal
r.231   krbtgt/EXAMPLE.COM@EXAMPLE.COM renewed <n>
r.232   HTTP/web<n>.example.com@EXAMPLE.COM
r.233   @dataclass(frozen=True) class T<n>
r.234   @app.get("/x/<n>")
r.235   @types/node@20.<n1>.1
r.236   lodash@4.17.2<n1> -> 4.18.0
r.237   import x from '@acme/auth@1.<n1>'
r.238   mention @channel #<n>
r.239   docker pull alpine@sha256:<hex><hex>
r.240   git+ssh://git@host<n>/a/b.git#v1.2
r.241   https://example.com/@user<n>/post
r.242   https://cdn.example.com/a@2x<n>.png
r.243   https://example.com/search?q=password+reset&n=<n>
r.244   https://example.com/?tokenType=jwt&n=<n>
r.245   https://example.com/oauth/callback?error=access_denied&state=s<n>
r.246   https://example.com/a?key=price&sort=<n>
r.247   https://example.com/a?signature_version=<n1>
r.248   https://example.com/a?code=404&n=<n>
r.249   https://example.com/a?session=new&n=<n>
r.250   https://x.com/?utm_source=a&utm_key=<n>
r.251   http://localhost:<n>/health
r.252   jdbc:postgresql://db<n>:5432/x?user=app
r.253   mongodb://db<n>:27017/x?authSource=admin
r.254   kafka://b<n>:9092/topic
r.255   s3://bucket-<n>/secrets/readme.md
r.256   file:///etc/passwd-<n>
r.257   /home/u<n>/.ssh/id_rsa.pub
r.258   /etc/ssl/private/key<n>.pem
r.259   /run/secrets/db_password (mode 0400, n<n>)
r.260   C:\Users\u<n>\password.txt opened
r.261   data:image/png;base64,iVBORw0KGgo<n>
r.262   Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ== n<n>
r.263   Content-Digest: sha-256=:<id>=: n<n>
r.264   sha1:<hex8><hex> ok <n>
r.265   SHA256:<id><id><id>abcdefg host key n<n>
r.266   fingerprint 2<n1>:f1:9a:0b:3c:4d:5e:6f
r.267   serial 04:5e:<n1>a:bc:11 valid to 2026
r.268   CN=app<n>,O=Acme,C=DE
r.269   Subject: CN=token.example.com n<n>
r.270   -----BEGIN CERTIFICATE----- n<n>
r.271   -----BEGIN PUBLIC KEY----- n<n>
r.272   ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI<id> u<n>@h
r.273   x-amz-request-id: <id> n<n>
r.274   x-request-id: <uuid> n<n>
r.275   traceparent: 00-<hex>-<hex16>-01
r.276   grpc-status: 16 grpc-message: invalid token n<n>
r.277   HTTP 401 Unauthorized: token expired n<n>
r.278   HTTP 403: API key not allowed for r<n>
r.279   429 Too Many Requests: tokens exhausted n<n>
r.280   gRPC UNAUTHENTICATED: Invalid credentials provided n<n>
r.281   x509: certificate signed by unknown authority n<n>
r.282   tls: private key does not match public key n<n>
r.283   openssl: unable to load private key n<n>
r.284   gpg: no valid OpenPGP data found. n<n>
r.285   gpg: using RSA key <hex8>ABCDEF12
r.286   gpg: Good signature from "Acme Release <n>"
r.287   ssh: handshake failed: unable to authenticate, attempted methods [none password], n<n>
r.288   sshd: PAM 2 more authentication failures; n<n>
r.289   su: Authentication failure n<n>
r.290   sudo: 3 incorrect password attempts ; TTY=pts/<n1> ; USER=root
r.291   login: FAILED LOGIN <n1> FROM tty1 FOR u<n>
r.292   vsftpd: [u<n>] FAIL LOGIN: Client "10.0.0.1"
r.293   dovecot: auth failed, method=PLAIN, rip=10.0.0.<n1>
r.294   postfix: SASL LOGIN authentication failed: authentication failure n<n>
r.295   mosquitto: Client c<n> disconnected, not authorised.
r.296   rabbit: PLAIN login refused: user 'u<n>' - invalid credentials
r.297   nats: authorization violation n<n>
r.298   etcd: failed to find user u<n> by token
r.299   consul: ACL token not found n<n>
r.300   grafana: invalid API key n<n>
r.301   elastic: unable to authenticate user [u<n>] for REST request
r.302   kibana: xpack.encryptedSavedObjects.encryptionKey is not set n<n>
r.303   airflow: fernet key rotation done for <n> connections
r.304   celery: result secret serializer json n<n>
r.305   django: SECRET_KEY must not be empty n<n>
r.306   rails: Missing `secret_key_base` for 'production' n<n>
r.307   laravel: No application encryption key has been specified. n<n>
r.308   flask: The session is unavailable because no secret key was set. n<n>
r.309   npm ERR! code E401 Incorrect or missing password. n<n>
r.310   pip: 401 Error, Credentials not correct for https://pypi.example.com/<n>
r.312   remote: HTTP Basic: Access denied. n<n>
r.313   docker: no basic auth credentials n<n>
r.314   helm: password-protected repo r<n> skipped
r.315   terraform: Error: Missing required argument "password" n<n>
r.316   ansible: [WARNING]: Module did not set no_log for password n<n>
r.317   jenkins: Masking supported pattern matches of $TOKEN or $PASSWORD n<n>
r.318   gitlab: Using token from CI_JOB_TOKEN n<n>
r.319   gha: env: GITHUB_TOKEN: *** n<n>
r.320   circleci: $API_KEY is masked n<n>
r.321   ERROR tests/test_auth.py::test_password[weak<n>] - AssertionError
r.322   def test_token_expired_<n>(client):
r.323   describe("password reset <n>", () => {
r.324   Scenario: user <n> enters wrong password
r.325   Given a user with password "valid"
r.326   When the token is <n> seconds old
r.327   coverage: auth/token.py 98% <n>
r.328   src/auth/password.ts(<n>,5): error TS2322
r.329   warning: unused variable: `token` --> src/a.rs:<n>:9
r.330   lint: hardcoded-password-string (S105) at a.py:<n>
r.331   semgrep: detected-generic-secret in f<n>.py (allowed)
r.332   TODO(u<n>): rotate token
r.333   BREAKING: password option renamed to secretRef in v<n1>
r.334   docs: describe how the secret is rotated (#<n>)
r.335   changelog: add --password-file flag (#<n>)
r.336   The password field accepts up to <n> characters.
r.337   The token parameter is optional since v<n1>.2.
r.338   Secrets are mounted at /run/secrets (see page <n>).
r.339   Passwords older than <n> days are rejected.
r.340   Keys are cached for <n> seconds.
r.341   Key rotation happens every <n> hours.
r.342   Tip: never share your password. (<n>)
r.343   Note: tokens are single-use, see RFC 6749 section <n>.
r.344   Your PIN must be 4 digits. (<n>)
r.345   Please re-enter your password to continue. (<n>)
r.346   My account was locked, ticket <n>
r.347   Which password do you mean? asked in #<n>
r.348   I forgot my password again, ticket <n>
r.349   the new password works now, thanks! (<n>)
r.350   password manager extension v<n> installed
r.351   can you reset my token by 5pm? n<n>
r.352   secret handshake protocol v<n1> draft
r.353   auth is broken since build <n>
s.0     token bucket: key=ip:10.0.0.<n1> remaining=<n>
s.1     password check for user u<n>: ok
s.2     password check: 3 of <n1> rules
s.3     password update for request <uuid>: done
s.4     secret update for deployment app-<hex8> is: complete
s.5     token for job j<n> created: <ts>
s.6     token generated: <ts>
s.7     password generated: yes (<n>)
s.8     password for u<n> is: expired
s.9     secret created: app-<hex8>
s.10    key created: ak-<n>
s.11    token issued: sub=<n>
s.12    creds are rotated / stored
s.13    credentials: alice / bob<n>
s.14    credentials file: ~/.aws/credentials<n>
s.15    credentials path /etc/app<n>/creds
s.16    creds ok for db/orders<n>
s.17    login db/orders<n>
s.18    Label=password reset cs1=x<n>
s.19    cs1Label=token count cs1=<n>
s.20    INSERT INTO tokens (token, n) VALUES (NULL, <n>)
s.21    INSERT INTO users (password) VALUES (crypt($1, 'x<n>'))
s.22    INSERT INTO t (token) VALUES ('?')
s.23    login("btn", "ok<n>")
s.24    auth("GET", "/x/<n>")
s.25    connect("amqp", "orders", "fills<n>")
s.26    open("a.txt", "r", "utf<n1>")
s.27    Credentials("file", "app<n>")
s.28    setUser("u1", "admin<n>")
s.29    bind("0.0.0.0", "port<n>")
s.30    $ echo $HOME\n/home/u<n>
s.31    $ cat token.txt\nNo such file <n>
s.32    $ vault token lookup\nKey   Value\nttl   <n>
s.33    password below minimum length <n1>
s.34    password follows policy v<n1>
s.35    password in vault since v<n1>
s.36    password like pattern found in f<n>.py
s.37    password with 12+ chars required (<n>)
s.38    password to be rotated on 2024-06-<n1>
s.39    password from vault at path x<n>
s.40    password's length is <n1>
s.41    user's token expired <n>m ago
s.42    the token's exp is 17<n>
s.43    new pass over data<n>
s.44    old pass rate 0.<n>
s.45    my pass count is <n>
s.46    1) "token" 2) "3600s"
s.47    1) "password" 2) "(nil)"
s.48    HGET user:<n> password -> (nil)
s.49    334 VXNlcm5hbWU6
s.50    reg query HKLM\x /v Password
s.51    /p:on /v:<n>
s.52    psexec \\h -p 5 cmd<n>
s.53    twine check dist/* -p<n>
s.54    ssh-keygen -N "" -f k<n>
s.55    lftp -u anonymous, host<n>
s.56    snmpget -v2c -c public host<n> x
s.57    zip -P "" a<n>.zip
s.58    Duplicate entry 'bob' for key 'users.PRIMARY<n>'
s.59    value "abc" for key order<n>
s.60    value 'EURUSD' for key 'symbol<n>'
s.61    "x<n>" is not a valid order
s.62    "abc<n>" is not a valid token type
s.63    'bearer' is not a valid token type<n>
s.64    use oauth2 as authentication, not token<n>
s.65    use sha256 as password hash
s.66    use env3 for secrets
s.67    use v2 as the token format
s.68    set x<n> for password expiry
s.69    Kubernetes v1.2<n1> secret encryption
s.70    stored password hash matches (algo v<n1>)
s.71    expected token IDENT, got NUMBER<n>
s.72    expected token to equal "undefined"
s.73    expected secret to be defined n<n>
s.74    want token kind 3, got kind <n1>
s.75    password|required|string|min:8|max:<n>
s.76    'password' => 'required|confirmed|min:<n1>',
s.77    password: required|min:8 (rule <n>)
s.78    rules: password => [required, min:<n1>]
s.79    "password.min": "At least <n1> characters"
s.80    password -> bcrypt(cost=<n1>)
s.81    token -> redis:<n>
s.82    secret -> vault/app<n>
s.83    API key → header X-Api-Key v<n1>
s.84    token — JWT, RS256
s.85    secret — see runbook RB-<n>
s.86    password — 12+ chars
s.87    token; charset=utf-8
s.88    token, then body<n>
s.89    api_key, api_key2, api_key<n1>
s.90    password/token auth v<n1>
s.91    auth/token/v<n1>/refresh
s.92    /auth/password/reset?step=<n1>
s.93    GET /token/<n>/holders
s.94    GET /api/password/policies/v<n1>
s.95    key#<n>
s.96    token#<n>
s.97    password (8+ chars)
s.98    token (JWT)
s.99    secret (k8s)
s.100   secret [optional]
s.101   token [0..<n>]
s.102   api_key [default: none]
s.103   password <hidden>
s.104   Password: <enter password>
s.105   password {required}
s.106   {token} placeholder n<n>
s.107   :token param n<n>
s.108   /users/:id/tokens/:tokenId n<n>
s.109   {{token}} not replaced n<n>
s.110   %token IDENT NUMBER<n>
s.111   @token decorator n<n>
s.112   #token-count <n>
s.113   .token-list li:nth-child(<n1>)
s.114   <token-input v-model="t<n>">
s.115   <PasswordInput id="p<n>" />
s.116   <Password strength={<n1>} />
s.117   aria-label="password" tabindex="<n1>"
s.118   placeholder="Password (<n1>+ chars)"
s.119   title: "Reset your password", id: <n>
s.120   Password reset for order desk 2, ticket T<n>
s.121   Passcode lock enabled on device d<n>
s.122   Passphrase required for key k<n>
s.123   PIN entry attempts: <n1>
s.124   pin 12 mode OUT
s.125   otp window 30s skew <n1>
s.126   OTP length 6
s.127   code 429 retry <n>s
s.128   verification code length 6
s.129   security code required
s.130   cvv check skipped <n>
s.131   account manager: team<n>
s.132   account number required
s.133   account no. missing
s.135   account id is required (<n>)
s.136   {"account":{"id":null,"n":<n>}}
s.137   {"account":{"type":"margin","number":null}}
s.138   {"accounts":[],"n":<n>}
s.139   "account" field empty n<n>
s.140   accountUpdates(true, "ALL<n1>")
'''

# Forms, some of whose values at least aren't found: letters alone, keys that don't tell.
UNFOUND = set("""sent.with sent.using sent.tried sent.entered sent.provided2 sent.notvalid sent.use sent.token sent.token2 sent.token3 sent.token4 sent.secret sent.key
sent.key2 sent.key3 sent.pw sent.pwcolon sent.creds sent.creds3 sent.login sent.de2 sent.de3 sent.emdash sent.arrow5 sent.tilde sent.slash sent.hash
sent.bang sent.paren sent.brack sent.brace sent.angle sent.sbrack sent.sparen sent.tab sent.twospace sent.equals code.cobol code.setq code.def
code.equals code.eq2 code.auth7 code.fish code.csh code.walrus code.replace ty.pair ty.pair2 ty.scalalist ty.inner ty.inner3 ty.inner4 ty.inner5
ty.creds ty.creds2 ty.creds3 ty.wrap5 ty.wrap6 ty.tcl2 ty.sexpdot ty.bencode ty.pickle ty.netstr json.kv json.arr2 json.list json.list2 json.header
json.secret json.input yaml.secrets yaml.list html.dt html.th tex.cmd cli.winslash2 cli.rdp cli.netuser cli.expdp cli.npmset cli.vaultlogin
cli.ghsecret cli.schtasks cli.aws conf.cisco conf.cisco2 conf.cisco3 conf.cisco4 conf.cisco5 conf.junos conf.haproxy conf.haproxy2 conf.nginx3
conf.apache conf.chap conf.shadow conf.htpasswd conf.postfix conf.redis3 conf.pgpass conf.pgbouncer conf.ldap2 conf.ldap3 conf.dhcp conf.rndc
conf.ipsec2 conf.irc conf.irc2 proto.resp proto.ftplog proto.ftp2 proto.mqtt2 proto.zk proto.smtp proto.imap2 proto.websocket sql.insert2 sql.in
sql.ne sql.func sql.call sql.exec sql.exec2 log.cef2 log.diff2 log.was log.braces log.quotekey2 log.semicol log.dots2 log.sub log.urlpath log.urlpath2
log.matrix log.header3 log.cookiejar log.cookiepy log.ifnot log.assert2 log.goerr log.valerr2 log.argvl log.ascii log.box log.obj log.question
log.enckey log.webhook log.bearer log.bearer3 log.oauth2 log.apikeyq tool.31 tool.32 tool.33 tool.39 tool.40 tool.41 tool.43 tool.47 tool.51 tool.58
tool.65 tool.66 tool.70 tool.73 tool.87 tool.103 tool.110 tool.119 tool.125 tool.142 tool.152 tool.156 tool.176 tool.184 tool.185 tool.187 tool.189
tool.190 tool.191 tool.192 tool.193 tool.195 tool.196 tool.197 tool.198 ops.4 ops.9 ops.19 ops.20 ops.35 ops.48 ops.49 ops.50 ops.51 ops.60 ops.61
ops.62 ops.63 ops.66 ops.70 ops.71 ops.72 ops.73 ops.74 ops.75 ops.79 ops.80 ops.81 ops.83 ops.86 ops.87 ops.96 ops.101""".split())

if __name__ == "__main__":
    forms.P, forms.N, forms.UNFOUND = P, N, UNFOUND
    forms.main()
