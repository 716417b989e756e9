package email_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/internal/email"
)

func ExampleCanonical() {
	address, err := email.Canonical(" Anna@XN--BCHER-KVA.Example ")
	fmt.Println(address, err)
	_, err = email.Canonical("anna@example")
	fmt.Println(errors.Is(err, email.ErrInvalid))
	// Output:
	// anna@bücher.example <nil>
	// true
}

// What differs from the recordings on purpose: the recorded validator saw addresses that were not
// trimmed yet, a punycode domain is the same address as its Unicode spelling, and the older of the
// two stacks let a top-level domain begin with a digit.
var differing = map[string]string{
	"a@test.com\n":            "a@test.com",
	"a@xn--bcher-kva.example": "a@bücher.example",
	"a@test.1a":               "",
}

func TestRecordedAddressesAreJudgedAlike(t *testing.T) {
	unequal := map[string]bool{}
	for name, stack := range recorded.Vectors() {
		for _, v := range stack.Emails {
			got := judged(t, v.Email)
			if got == v.Stored() {
				continue
			}
			unequal[v.Email] = true
			if ours, differs := differing[v.Email]; !differs || got != ours {
				t.Errorf("%s: Canonical(%q) = %q, want %q", name, v.Email, got, v.Stored())
			}
		}
		if len(stack.Emails) != 29 {
			t.Errorf("%s: %d addresses, want 29", name, len(stack.Emails))
		}
	}
	if len(unequal) != len(differing) {
		t.Errorf("%v differ, want all of %v", unequal, differing)
	}
}

// judged returns the canonical form of an address, or "" if it is none.
func judged(t *testing.T, address string) string {
	t.Helper()
	got, err := email.Canonical(address)
	if (err == nil) != (got != "") {
		t.Errorf("Canonical(%q) = %q, %v", address, got, err)
	}
	return got
}

func TestSpellingsOfOneAddressAreOne(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"User@Test.COM", "user@test.com"},
		{"\u00a0user@test.com\t", "user@test.com"},
		{"a@BÜCHER.example", "a@bücher.example"},
		{"a@bu\u0308cher.example", "a@bücher.example"},
		{"a@XN--bcher-KVA.example", "a@bücher.example"},
		{"a@ｔｅｓｔ.com", "a@test.com"},
		{"a@test。com", "a@test.com"},
		{"a@straße.example", "a@straße.example"},
		{"a@xn--strae-oqa.example", "a@straße.example"},
		{"a@пример.рф", "a@пример.рф"},
		{"a@xn--e1afmkfd.xn--p1ai", "a@пример.рф"},
		{"a@r3---sn.example", "a@r3---sn.example"},
		{"A@LocalHost", "a@localhost"},
		{"a@xn--09da.example", "a@ᎾᎾ.example"}, // Cherokee folds to its capitals.
		{`"A.b@C\"d"@test.com`, `"a.b@c\"d"@test.com`},
		{"a@[0:0:0::1]", "a@[::1]"},
		{"a@[2001:DB8::A]", "a@[2001:db8::a]"},
		{strings.Repeat("a", 64) + "@test.com", strings.Repeat("a", 64) + "@test.com"},
	} {
		if got, err := email.Canonical(c.address); got != c.want || err != nil {
			t.Errorf("Canonical(%q) = %q, %v, want %q", c.address, got, err, c.want)
		}
		if got := email.Lookup(c.address); got != c.want {
			t.Errorf("Lookup(%q) = %q, want %q", c.address, got, c.want)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	long := strings.Repeat("a", 60) + "."
	for _, address := range []string{
		"", "@", " ", "a", "a@", "@x.com", "a@x", "a@b@x.com", "<a@x.com>", "a@x.com,b@y.com", "a@x.com b@y.com",
		"a@x.com\r\nBcc: b@y.com", "a\r\n@x.com", "a\x00@x.com", "a@x.com\x00", "a@x\x00.com", "a@te st.com", "a@x,y.com",
		`"a b"@x.com`, "\"a\x01\"@x.com", "\"a\\\x01\"@x.com", `"a\ b"@x.com`, `"a"b"@x.com`, `"a@x.com`, "a\u00e9@x.com",
		"\u212a@x.com", "a@x..com", "a@.x.com", "a@x.com.", "a@x.c0m", "a@x.1", "a@x.-com", "a@x.com-", "a@-", "a@(x).com",
		"a@xn--.com", "a@xn--a.com", "a@xn--\u00fc.com", "a@xn--test-.com", "a@x.xn--", "a@\u200b.com", "a@x_y.com",
		"a@a\u05d0.com", "a@x.com-", "a@-x.com", "a@x-.com",
		"a@[127.0.0.1", "a@127.0.0.1", "a@[]", "a@[1.2.3.04]", "a@[fe80::1%eth0]", "a@[IPv6:::1]", "a@[::1]]", "a@[a.com]",
		strings.Repeat("a", 65) + "@test.com",
		"a@" + strings.Repeat("a", 64) + ".com",
		"a@" + strings.Repeat("ü", 60) + ".com",
		"a@" + strings.Repeat(long, 4) + "example.com",
		"a@" + strings.Repeat(strings.Repeat("u\u0308", 40)+".", 4) + "com",
		strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("\ufb03", 21)+".", 3) + "com",
		strings.Repeat("(", 50<<10), strings.Repeat("a.", 25<<10) + "@x.com", "a@" + strings.Repeat("a.", 25<<10) + "com",
	} {
		if got, err := email.Canonical(address); !errors.Is(err, email.ErrInvalid) || got != "" {
			t.Errorf("Canonical(%.40q) = %q, %v, want ErrInvalid", address, got, err)
		}
		if got := email.Lookup(address); got != "" {
			t.Errorf("Lookup(%.40q) = %q, want nothing", address, got)
		}
	}
}

func TestErrorsQuoteNothing(t *testing.T) {
	_, err := email.Canonical("secretpassword")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("Canonical: %v, want an error without the text", err)
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{
		"user@test.com", `"a@b"@test.com`, "a@bücher.example", "a@xn--bcher-kva.example", "a@[::1]", "a@ⅷ.example",
		"a@\u0130.com", "a@x.xn--p1ai", "a@ﷺ.com", "a@\u05d0.com", "a@xn--fa-hia.com", "a@ａ｡com",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		canonical, err := email.Canonical(address)
		if err != nil {
			return
		}
		if n := utf8.RuneCountInString(canonical); n > 254 {
			t.Errorf("Canonical(%q) has %d code points", address, n)
		}
		for _, spelling := range []string{canonical, strings.ToLower(canonical), " " + canonical} {
			if again, err := email.Canonical(spelling); again != canonical || err != nil {
				t.Errorf("Canonical(%q) = %q, but of %q it is %q, %v", address, canonical, spelling, again, err)
			}
		}
		checkCharacters(t, canonical)
	})
}

func checkCharacters(t *testing.T, canonical string) {
	t.Helper()
	at := strings.LastIndexByte(canonical, '@')
	if local := canonical[:at]; strings.Contains(local, "@") && !strings.HasPrefix(local, `"`) {
		t.Errorf("%q has an @ too many", canonical)
	}
	invisible := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	if strings.ContainsFunc(canonical, invisible) || strings.ContainsAny(canonical[at+1:], `<>()",;\`) {
		t.Errorf("%q holds what no address may", canonical)
	}
}
