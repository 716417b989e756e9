package example_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

func TestCommandsTellPeopleWhatTheyDid(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		stdin string
		args  []string
		want  string
	}{
		{password, []string{"createuser", "--email", "Ann@Example.com"}, "created user 1: ann@example.com\n"},
		{password, []string{"createuser", "-email=bob@example.com", "-inactive"}, "created user 2: bob@example.com\n"},
		{password, []string{"createsuperuser", "--email", "root@example.com"}, "created user 3: root@example.com\n"},
		{"", []string{"setuser", "--email", "ANN@example.com", "--role", "a", "--role", "b"}, "changed user 1: ann@example.com\n"},
		{"", []string{"setuser", "--email", "ann@example.com", "--role", ""}, "changed user 1: ann@example.com\n"},
		{"", []string{"flushexpiredtokens"}, "0 removed: sessions and blacklist entries that were past\n"},
	} {
		if got := p.must(c.stdin, c.args...); got.out != c.want || got.errOut != "" {
			t.Errorf("%q says %q and %q, want %q", c.args, got.out, got.errOut, c.want)
		}
	}
	if help := p.must("", "--help").out; !strings.Contains(help, "flushexpiredtokens") {
		t.Errorf("help is %q", help)
	}
}

func TestCommandsRefuseBadInput(t *testing.T) {
	p := newPlace(t)
	p.must(password, "createuser", "--email", "ann@example.com")
	for _, c := range []struct {
		name, stdin string
		args        []string
		status      int
		want        string
	}{
		{"a taken address", password, []string{"createuser", "--email", "ANN@example.com"}, 1, "email: This email already exists."},
		{"no address", password, []string{"createuser", "--email", "ann"}, 1, "email: Enter a valid email address."},
		{"a common password", "password1\n", []string{"createsuperuser", "--email", "b@example.com"}, 1, "password: This password is too common."},
		{"an empty line", "\n" + password, []string{"createuser", "--email", "b@example.com"}, 1, "no password"},
		{"no line", "", []string{"createuser", "--email", "b@example.com"}, 1, "no password"},
		{"no text", "correct horse \xff", []string{"createuser", "--email", "b@example.com"}, 1, "not text in UTF-8"},
		{"an unknown user", "", []string{"setuser", "--email", "b@example.com", "--active=true"}, 1, "no user has this e-mail address"},
		{"nothing to set", "", []string{"setuser", "--email", "ann@example.com"}, 2, "nothing to change"},
		{"no boolean", "", []string{"setuser", "--email", "ann@example.com", "--active=yes"}, 2, "neither true nor false"},
		{"nobody", "", []string{"setuser", "--active=true"}, 2, "--email is required"},
		{"an unknown flag", "", []string{"createsuperuser", "--email", "b@example.com", "--role", "x"}, 2, "not defined: -role"},
		{"too much", "", []string{"serve", "now"}, 2, `unexpected argument "now"`},
		{"an unknown command", "", []string{"migrate"}, 2, `there is no command "migrate"`},
	} {
		got := p.run(c.stdin, c.args...)
		if got.status != c.status || got.out != "" || !strings.Contains(got.errOut, c.want) || strings.Contains(got.errOut, password) {
			t.Errorf("%s: %d %q %q, want %d %q", c.name, got.status, got.out, got.errOut, c.status, c.want)
		}
	}
	if got := p.with(storeMemory).run(password, "createuser", "--email", "b@example.com"); got.status != 2 || !strings.HasPrefix(got.errOut, "STORE: ") {
		t.Errorf("in memory: %+v", got)
	}
}

func TestSetuserChangesOnlyWhatIsNamed(t *testing.T) {
	p := newPlace(t, storeSQLite)
	p.must(password, "createuser", "--email", "ann@example.com", "--first-name", "Ann", "--last-name", "Lee", "--role", "a",
		"--permission", "p", "--staff")
	store := openStore(t, p.dir+"/test.db")
	for _, c := range []struct {
		args []string
		want string // active, staff, roles, permissions
	}{
		{[]string{"--staff=false"}, "true false [a] [p]"},
		{[]string{"--role", "b", "--role", "c", "--role", "b"}, "true false [b c] [p]"},
		{[]string{"--permission="}, "true false [b c] []"},
		{[]string{"--active=false"}, "false false [b c] []"},
		{[]string{"--active=true", "--staff=true"}, "true true [b c] []"},
	} {
		p.must("", append([]string{"setuser", "--email", "ann@example.com"}, c.args...)...)
		users, err := store.Users(t.Context(), "", 10)
		if err != nil || len(users) != 1 {
			t.Fatalf("Users() = %v, %v", users, err)
		}
		u := users[0]
		if got := fmt.Sprint(u.Active, u.Staff, u.Roles, u.Permissions); got != c.want || u.FirstName != "Ann" || u.LastName != "Lee" {
			t.Errorf("after %q: %s, %+v; want %s", c.args, got, u, c.want)
		}
	}
}

func TestFlushRemovesWhatIsPast(t *testing.T) {
	p := newPlace(t, storeSQLite)
	p.must(password, "createuser", "--email", "ann@example.com")
	store := openStore(t, p.dir+"/test.db")
	now := time.Now()
	for id, end := range map[string]time.Duration{"a": -time.Hour, "b": -time.Hour, "c": -time.Minute, "d": time.Hour} {
		s := &auth.Session{ID: id, UserID: "1", CreatedAt: now, LastSeen: now, ExpiresAt: now.Add(end), EndsAt: now.Add(end), TokenID: id}
		if _, err := store.CreateSession(t.Context(), s, auth.Admission{At: now}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.RevokeToken(t.Context(), "e", now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ leeway, want string }{{"2m", "3 "}, {"1s", "1 "}, {"0", "0 "}} {
		if got := p.with("EASY_JWT_LEEWAY="+c.leeway).must("", "flushexpiredtokens").out; !strings.HasPrefix(got, c.want) {
			t.Errorf("with a leeway of %s: %q, want %q", c.leeway, got, c.want)
		}
	}
}

func openStore(t *testing.T, path string) *sqlstore.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func TestFilesAreTheirOwnersOnly(t *testing.T) {
	p := newPlace(t, storeSQLite)
	p.must("", "flushexpiredtokens")
	for _, name := range []string{"test.db", "test.db.key"} {
		info, err := os.Stat(p.dir + "/" + name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}
