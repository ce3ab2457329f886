package detect

import (
	"testing"
)

var defaultSet = SetOf(Card, IBAN, SSN, Email, Phone, JWT, Secret, PrivateKey, URL, SQL, Account)

// mask replaces findings by their kind, as the filter does.
func mask(s *Scanner, text string, hint Hint) string {
	var w Work
	found, doubt := s.Scan(&w, []byte(text), hint)
	if doubt != NoDoubt {
		return "[masked]"
	}
	out, pos := "", 0
	for _, f := range found {
		name := "[" + f.Kind.String() + "]"
		if f.Kind == URL {
			name = "REDACTED"
		}
		out += text[pos:f.Start] + name
		pos = f.End
	}
	return out + text[pos:]
}

func TestScan(t *testing.T) {
	s := New(defaultSet, nil)
	f := func(text, want string) {
		t.Helper()
		if got := mask(s, text, NoHint); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
		if again := mask(s, want, NoHint); again != want {
			t.Errorf("not idempotent: %q became %q", want, again)
		}
	}
	const token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

	// Cards.
	f("paid with 4111111111111111.", "paid with [card].")
	f("4111 1111 1111 1111", "[card]")
	f("card 3782-822463-10005 ok", "card [card] ok")
	f("order 1234 4111 1111 1111 1111 12/27", "order 1234 [card] 12/27")
	f("pan=6011111111111117&x=1", "pan=[card]&x=1")
	f("card4111111111111111", "card[card]")
	f("2223003122003222", "[card]")
	f("4111%201111%201111%201111", "[card]")
	f("4111+1111+1111+1111", "[card]")
	f("４１１１１１１１１１１１１１１１", "[card]")
	f("4111\u200b1111\u200b1111\u200b1111", "[card]")
	f("4111111111111112", "4111111111111112")
	f("1700000000000000000 1700000000000 1700000000000000", "1700000000000000000 1700000000000 1700000000000000")
	f("0.4111111111111111", "0.4111111111111111")
	f("dead4111111111111111beef", "dead4111111111111111beef")
	f("ean 4006381333931", "ean 4006381333931")

	// Accounts and numbers of persons.
	f("DE89 3704 0044 0532 0130 00 thanks", "[iban] thanks")
	f("iban=GB82WEST12345698765432;", "iban=[iban];")
	f("de89370400440532013000", "[iban]")
	f("ssn 219-09-1234", "ssn [ssn]")
	f("078-05-1120", "[ssn]")
	f("000-12-3456 666-12-3456 900-12-3456 123-00-4567", "000-12-3456 666-12-3456 900-12-3456 123-00-4567")
	f("ssn=219091234", "ssn=[ssn]")
	f("call +49 151 23456789 now", "call [phone] now")
	f("+1 (415) 555-2671, +44 20 7946 0958", "[phone], [phone]")
	f("tel=%2B4915123456789&x", "tel=[phone]&x")
	f("phone: (030) 1234567", "phone: [phone]")
	f(`{"phone":"555-867-5309"}`, `{"phone":"[phone]"}`)
	f("2024-05-01T12:00:00+02:00", "2024-05-01T12:00:00+02:00")
	f("account_id=U1234567", "account_id=[account]")
	f("debit account 12345678 now", "debit account [account] now")
	f("cloud.account.id=123456789012", "cloud.account.id=123456789012")
	f("8=FIX.4.4|9=65|35=D|49=A|1=ACC12345|553=bob|554=s3cret|10=1|", "8=FIX.4.4|9=65|35=D|49=A|1=[account]|553=[secret]|554=[secret]|10=1|")

	f("order_id=4111111111111111 order 4111111111111111", "order_id=4111111111111111 order 4111111111111111")
	f("1234 4111 1111 1111 1111 5678", "1234 4111 1111 1111 1111 5678")
	f("pos=+41555.2671234", "pos=+41555.2671234")

	// Mail.
	f("mail alice+tag@example.com, bob@bücher.example!", "mail [email], [email]!")
	f("email=alice%40example.com&x=1", "email=[email]&x=1")
	f(`{"to":"alice\u0040example.com"}`, `{"to":"[email]"}`)
	f("git@github.com:o/r.git icon@2x.png pkg@1.2.3 root@localhost @scope/pkg@1.0.0-rc.x", "git@github.com:o/r.git icon@2x.png pkg@1.2.3 root@localhost @scope/pkg@1.0.0-rc.x")

	// Passwords in other forms than a key and a value.
	f("mysql -u root -phunter2 -h db", "mysql -u root -p[secret] -h db")
	f("curl -u bob:hunter2 https://h/", "curl -u bob:[secret] https://h/")
	f("cp -p hunter2 x", "cp -p hunter2 x")
	f("keytool -storepass hunter2 -alias x", "keytool -storepass [secret] -alias x")
	f("+49 (0) 171 - 123 45 67", "[phone]")
	f("app:hunter2@tcp(db:3306)/x", "app:REDACTED@tcp(db:3306)/x")
	f("jdbc:oracle:thin:app/hunter2@//db:1521/x", "jdbc:oracle:thin:app/REDACTED@//db:1521/x")
	f(`("password", "hunter2"), ["password", "email"]`, `("password", "[secret]"), ["password", "email"]`)
	f(`{"name": "api_key", "value": "hunter2"}`, `{"name": "api_key", "value": "[secret]"}`)
	f("- name: DB_PASSWORD\n  value: hunter2", "- name: DB_PASSWORD\n  value: [secret]")
	f(`"{""password"": ""hunter2"", ""x"": """"}"`, `"{""password"": ""[secret]"", ""x"": """"}"`)
	f("password is hunter2, password is required", "password is [secret], password is required")
	f("password was changed, password sha256", "password was changed, password sha256")
	f(`secret "db-credentials" not found; password 'hunter2'`, `secret "db-credentials" not found; password '[secret]'`)
	f("a=1&note=my+password%3Dhunter2+now", "a=1&note=my+password%3D[secret]")
	f("Key (password)=(hunter2) exists", "Key (password)=([secret]) exists")
	f("arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db")
	f("PWD=/home/app pwd=hunter2x", "PWD=/home/app pwd=[secret]")

	f("\x1b[1;31m4111111111111111 x\x1b[0m", "\x1b[1;31m[card] x\x1b[0m")
	f(`<wsse:Password Type="a">hunter2</wsse:Password><n:secret>x1y2z3</n:secret>`, `<wsse:Password Type="a">[secret]</wsse:Password><n:secret>[secret]</n:secret>`)
	f(`["password"]=> string(7) "hunter2"`, `["password"]=> string(7) "[secret]"`)
	f(`variable "db_password" { default = "hunter2" }`, `variable "db_password" { default = "[secret]" }`)
	f("requirepass hunter2", "requirepass [secret]")
	f("AUTH PLAIN AGJvYgBodW50ZXIy", "AUTH PLAIN [secret]")

	// Secrets.
	f("Authorization: Bearer "+token, "Authorization: Bearer [jwt]")
	f("got "+token+" here", "got [jwt] here")
	f("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [secret]")
	f("sent Basic dXNlcjpwYXNzd29yZA== there", "sent Basic [secret] there")
	f("bearer token required", "bearer token required")
	f("password=hunter2 user=bob", "password=[secret] user=bob")
	f(`{"password": "p\"x", "n": 1}`, `{"password": "[secret]", "n": 1}`)
	f(`{\"password\":\"hunter2\",\"n\":1}`, `{\"password\":\"[secret]\",\"n\":1}`)
	f("password: must be at least 8 characters", "password: must be at least 8 characters")
	f("invalid token: expired", "invalid token: expired")
	f("auth=ok gen_ai.usage.input_tokens=512 token_count=3 token=5", "auth=ok gen_ai.usage.input_tokens=512 token_count=3 token=5")
	f("user[password]=abc123&commit=1", "user[password]=[secret]&commit=1")
	f("https://x.example/p?token=abc123def&page=2", "https://x.example/p?token=REDACTED&page=2")
	f("https://x.example/p?color=blue&sig=abc", "https://x.example/p?color=blue&sig=REDACTED")
	f("postgres://app:s3cr/et@db.example.com:5432/x", "postgres://REDACTED:REDACTED@db.example.com:5432/x")
	f("https://host.example:8443/a@b", "https://host.example:8443/a@b")
	f("AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "[secret] [secret]")
	f("GITHUB_TOKEN_ghp_16C7e42F292c6912E7710c838347Ae178B4a", "GITHUB_TOKEN_[secret]")
	f("run --password hunter2 --verbose", "run --password [secret] --verbose")
	f("<password>hunter2</password>", "<password>[secret]</password>")
	f("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", "a [private_key] b")
	f("-----BEGIN PRIVATE KEY-----\nMIIE", "[private_key]")
	f("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----")
	f("Server=db;User Id=sa;Password=p;w0rd!;Timeout=30", "Server=db;User Id=sa;Password=[secret];Timeout=30")
	f("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "[secret]")
}
