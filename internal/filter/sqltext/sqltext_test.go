package sqltext

import (
	"strings"
	"testing"
)

func sanitize(q string) string {
	out, pos := "", 0
	for _, l := range Append(nil, []byte(q)) {
		out += q[pos:l.Start] + "?"
		pos = l.End
	}
	return out + q[pos:]
}

func TestLiterals(t *testing.T) {
	f := func(q, want string) {
		t.Helper()
		if got := sanitize(q); got != want {
			t.Errorf("%s\n got %s\nwant %s", q, got, want)
		}
		if again := sanitize(want); again != want {
			t.Errorf("not idempotent: %s became %s", want, again)
		}
	}
	f("SELECT * FROM users WHERE name = 'bob' AND id = 12", "SELECT * FROM users WHERE name = ? AND id = ?")
	f("SELECT * FROM users WHERE id = ? LIMIT 10", "SELECT * FROM users WHERE id = ? LIMIT 10")
	f("SELECT * FROM users WHERE id = $1 AND a = :name AND b = %s AND c = %(x)s AND d = @p1", "SELECT * FROM users WHERE id = $1 AND a = :name AND b = %s AND c = %(x)s AND d = @p1")
	f("SELECT a FROM t LIMIT 10", "SELECT a FROM t LIMIT ?")
	f(`INSERT INTO "t" ("a","b") VALUES ('it''s', 1.5e-3), (0xFF, NULL)`, `INSERT INTO "t" ("a","b") VALUES (?, ?), (?, NULL)`)
	f(`SELECT "u"."name" FROM "u" WHERE "u"."mail" = "a@b.c"`, `SELECT "u"."name" FROM "u" WHERE "u"."mail" = ?`)
	f(`SELECT * FROM u WHERE name = "bob"`, `SELECT * FROM u WHERE name = ?`)
	f(`SELECT "a"."x" FROM "a" JOIN "b" ON "a"."id" = "b"."id"`, `SELECT "a"."x" FROM "a" JOIN "b" ON "a"."id" = "b"."id"`)
	f("SELECT col1, t2.col FROM t2 WHERE c IN (1, 2, 'x')", "SELECT col1, t2.col FROM t2 WHERE c IN (?, ?, ?)")
	f(`UPDATE t SET a = 'C:\' WHERE b = 'secret'`, `UPDATE t SET a = ?`)
	f(`UPDATE t SET a = E'O\'Brien' WHERE b = 1`, `UPDATE t SET a = E? WHERE b = ?`)
	f(`UPDATE t SET a = 'C:\\' WHERE b = 'x'`, `UPDATE t SET a = ? WHERE b = ?`)
	f("SELECT 'never ends FROM t", "SELECT ?")
	f("SELECT $$a 'b' c$$, $t$x$t$ FROM t", "SELECT ?, ? FROM t")
	f("SELECT 1 -- for bob's 3\nFROM t /* id=3 */", "SELECT ? -- ?\nFROM t /* ? */")
	f("/* plain */ SELECT a FROM t", "/* plain */ SELECT a FROM t")
	f("SELECT a FROM t WHERE d > '2024-01-01'::date", "SELECT a FROM t WHERE d > ?::date")
	f("SET user:1 \"a b\" EX 60", "SET ? ? ? ?")
	f("GET user:alice", "GET ?")
	f("SET search_path = 'x'", "SET search_path = ?")
	f("CONFIG SET requirepass hunter2\nAUTH default s3cret", "CONFIG SET ? ?\nAUTH ? ?")
	f("SET ? ?", "SET ? ?")
	f(`{"find": "users", "filter": {"mail": "a@b.c", "n": [1, 2.5]}}`, `{"find": "?", "filter": {"mail": "?", "n": [?, ?]}}`)
	f(`db.users.find({'_id': 7})`, `db.users.find({'_id': ?})`)
	f(`find {"name": "bo`, `find {"name": ?`)
}

func FuzzLiterals(f *testing.F) {
	for _, q := range []string{"SELECT 'a''b' FROM t WHERE x = 1", `SET k "v`, `{"a": 'b'}`, "$$x$$", `E'\'`} {
		f.Add([]byte(q))
	}
	f.Fuzz(func(t *testing.T, q []byte) {
		pos := 0
		for _, l := range Append(nil, q) {
			if l.Start < pos || l.End <= l.Start || l.End > len(q) {
				t.Fatalf("literal %+v behind %d in %d bytes", l, pos, len(q))
			}
			pos = l.End
		}
		// No quoted text is left over, whatever the dialect.
		if languageOf(q) == sql {
			checkNoQuotes(t, sanitize(string(q)))
		}
	})
}

// checkNoQuotes reports a single quote outside of names in backquotes and double
// quotes: every string is a literal.
func checkNoQuotes(t *testing.T, out string) {
	t.Helper()
	for i := 0; i < len(out); i++ {
		switch out[i] {
		case '`', '"':
			end := stringEnd([]byte(out), i, out[i], false)
			if end < 0 {
				return
			}
			i = end - 1
		case '\'':
			t.Fatalf("quote left at %d in %q", i, out)
		}
	}
}

// TestNoStatementIsSlow reads long statements made for looking ahead again and
// again. Quadratic work would take hours.
func TestNoStatementIsSlow(t *testing.T) {
	for _, part := range []string{"'", "''", "'\\", "\"", "`", "$a", "$a$", "$$", "/*", "--", "-- \n", "%(", ":", "?", "(", "1 ", "{\"", "{1 ", "[1,", "SET a \"", "GET a\n", "find {"} {
		Append(nil, []byte(strings.Repeat(part, 1<<20/len(part))))
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	q := []byte("SELECT a, b FROM t JOIN u ON t.id = u.id WHERE a = $1 AND b LIKE $2 LIMIT 10")
	if n := testing.AllocsPerRun(100, func() { Append(nil, q) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
