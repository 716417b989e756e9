package password_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/password"
)

const (
	tooShort  = "This password is too short. It must contain at least 8 characters."
	tooCommon = "This password is too common."
	numeric   = "This password is entirely numeric."
	likeEmail = "The password is too similar to the email address."
	likeFirst = "The password is too similar to the first name."
	likeLast  = "The password is too similar to the last name."
)

func newPolicy(t testing.TB, minLength int, more ...password.Rule) *password.Policy {
	t.Helper()
	p, err := password.NewPolicy(minLength, more...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func problems(t testing.TB, p *password.Policy, pw string, s password.Subject) []string {
	t.Helper()
	found, err := p.Problems(t.Context(), pw, s)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPolicyFindsAllProblemsInOrder(t *testing.T) {
	alice := password.Subject{Email: "alice@example.com", FirstName: "Alice", LastName: "İpek Doğan"}
	noOnes := func(_ context.Context, pw string, s password.Subject) (string, error) {
		if s != alice {
			t.Errorf("the rule got the subject %+v", s)
		}
		if strings.Contains(pw, "1") {
			return "No ones, please.", nil
		}
		return "", nil
	}
	p := newPolicy(t, 0, password.RuleFunc(noOnes))
	for pw, want := range map[string][]string{
		"alice@example.com":        {likeEmail},
		"Alice":                    {likeFirst, tooShort},
		"example.com":              {likeEmail},
		"İPEK DOĞAN":               {likeLast},
		"12345":                    {tooShort, tooCommon, numeric, "No ones, please."},
		"a1":                       {tooShort, "No ones, please."},
		"":                         {tooShort},
		"        ":                 nil,
		"correcthorsebattery":      nil,
		"aaaaaaaaaaaaaaaaaaaaqz":   nil,
		"馬正確電池釘書針":                 nil,
		"password234567":           nil,
		"\x1c\u00a0PassWord\u2003": {tooCommon},
	} {
		if got := problems(t, p, pw, alice); !slices.Equal(got, want) {
			t.Errorf("Problems(%q) = %q, want %q", pw, got, want)
		}
	}
}

func TestLengthCountsCharacters(t *testing.T) {
	for _, test := range []struct {
		least    int
		password string
		want     []string
	}{
		{8, "éééééxé", []string{tooShort}},
		{8, "éééééxéé", nil},
		{12, "elevenchars", []string{"This password is too short. It must contain at least 12 characters."}},
		{12, "twelve chars", nil},
		{0, strings.Repeat("long ", 1000), nil},
	} {
		got := problems(t, newPolicy(t, test.least), test.password, password.Subject{})
		if !slices.Equal(got, test.want) {
			t.Errorf("at least %d, Problems(%.20q) = %q, want %q", test.least, test.password, got, test.want)
		}
	}
}

func TestNumericMeansDigitsOfAnyScript(t *testing.T) {
	p := newPolicy(t, 0)
	for pw, want := range map[string]bool{
		"84729105631":  true,
		"٨٤٧٢٩١٠٥":     true,
		"²³¹⁴⁵⁶⁷⁸":     true,
		"①②③④⑤⑥⑦⑧⑨":    true,
		"𝟖𝟒𝟕𝟐𝟗𝟏𝟎𝟓":     true,
		"84729105.1":   false,
		"-84729105":    false,
		"84729105 ":    false,
		"½½½½½½½½":     false, // numbers, but not digits
		"ⅧⅧⅧⅧⅧⅧⅧⅧ":     false,
		"八四七二九一〇五":     false,
		"84729105\xff": false,
	} {
		got := slices.Contains(problems(t, p, pw, password.Subject{}), numeric)
		if got != want {
			t.Errorf("%q is numeric: %v, want %v", pw, got, want)
		}
	}
}

func TestSimilarityHasDjangosBorders(t *testing.T) {
	p := newPolicy(t, 0)
	for _, test := range []struct {
		password, last string
		want           bool
	}{
		{"abcdefg+++", "abcdefg123", true},             // 14/20 is 0.7
		{"abcdefg+++++", "abcdefg12", false},           // 14/21
		{"zqzqzqzqzqzqzqzqzqzq", "zq zq", false},       // short beside it
		{"Dr.-Ing. Müller", "DR ING müller", true},     // the whole value
		{"müllerin", "Dr Müller", true},                // one word of it
		{"mulleri9", "Dr Müller", true},                // 11/14 after all
		{"a_b_c_d_", "a_b_c_d", true},                  // the underscore belongs to words
		{"½½½½½½½½", "½½½½½½½½", true},                 // and so do numbers
		{"i\u0307i\u0307i\u0307i\u0307", "İİİİ", true}, // 8 of 8 characters, not 4
		{"whatever else", "", false},
		{"whatever else", "...", false},
	} {
		found := problems(t, p, test.password, password.Subject{LastName: test.last})
		if got := slices.Contains(found, likeLast); got != test.want {
			t.Errorf("%q is similar to %q: %v, want %v", test.password, test.last, got, test.want)
		}
	}
}

func TestFirstSimilarAttributeIsNamed(t *testing.T) {
	p := newPolicy(t, 0)
	for _, test := range []struct {
		subject password.Subject
		want    string
	}{
		{password.Subject{Email: "montgomery@x.yz", FirstName: "Montgomery", LastName: "Montgomery"}, likeFirst},
		{password.Subject{Email: "montgomery@x.yz", LastName: "Montgomery"}, likeLast},
		{password.Subject{Email: "montgomery@x.yz"}, likeEmail},
	} {
		if got := problems(t, p, "Montgomery!", test.subject); !slices.Equal(got, []string{test.want}) {
			t.Errorf("%+v: %q, want only %q", test.subject, got, test.want)
		}
	}
}

func TestRuleThatCannotJudgeIsAnError(t *testing.T) {
	down := errors.New("service is down")
	ask := func(ctx context.Context, _ string, _ password.Subject) (string, error) {
		return "ignored", errors.Join(down, ctx.Err())
	}
	p := newPolicy(t, 0, password.RuleFunc(ask))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found, err := p.Problems(ctx, "x", password.Subject{})
	if found != nil || !errors.Is(err, down) || !errors.Is(err, context.Canceled) {
		t.Errorf("Problems() = %q, %v; want nil, %v and the context's error", found, err, down)
	}
}

func TestPolicyRefusesBadArguments(t *testing.T) {
	fine := password.RuleFunc(func(context.Context, string, password.Subject) (string, error) { return "", nil })
	for _, test := range []struct {
		least int
		rules []password.Rule
		field string
	}{
		{7, nil, "minLength"},
		{-1, nil, "minLength"},
		{65, nil, "minLength"},
		{8, []password.Rule{fine, nil}, "more"},
	} {
		_, err := password.NewPolicy(test.least, test.rules...)
		var problem *password.ConfigError
		if !errors.As(err, &problem) || problem.Field != test.field {
			t.Errorf("NewPolicy(%d, %v): error %v, want one of %s", test.least, test.rules, err, test.field)
		}
	}
	if _, err := password.NewPolicy(64, fine); err != nil {
		t.Error(err)
	}
}

func FuzzProblems(f *testing.F) {
	f.Add("password", "a@b.c", "Ann", "Lee")
	f.Add("\xff\x00²", "ß@İ", "\xffΣ", "")
	p := newPolicy(f, 0)
	f.Fuzz(func(t *testing.T, pw, email, first, last string) {
		s := password.Subject{Email: email, FirstName: first, LastName: last}
		found := problems(t, p, pw, s)
		if got := slices.Contains(found, tooShort); got != (len([]rune(pw)) < 8) {
			t.Errorf("%q is too short: %v", pw, got)
		}
		if email != "" && pw == email && !slices.ContainsFunc(found, func(s string) bool {
			return s == likeEmail || s == likeFirst || s == likeLast
		}) {
			t.Errorf("%q is not similar to itself", pw)
		}
		order := []string{likeFirst, likeLast, likeEmail, tooShort, tooCommon, numeric}
		if !slices.IsSortedFunc(found, func(a, b string) int {
			return slices.Index(order, a) - slices.Index(order, b)
		}) {
			t.Errorf("%q: the order is %q", pw, found)
		}
	})
}
