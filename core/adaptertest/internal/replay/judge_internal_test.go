package replay

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// people keeps the fixture's users and nothing else.
type people struct {
	auth.Store
	users []*auth.User
}

func (p *people) CreateUser(_ context.Context, u *auth.User) error {
	p.users = append(p.users, u)
	u.ID = fmt.Sprint(len(p.users))
	return nil
}

func (p *people) User(_ context.Context, key auth.UserKey) (*auth.User, error) {
	i := slices.IndexFunc(p.users, func(u *auth.User) bool { return u.ID == key.ID })
	if i < 0 {
		return nil, auth.ErrNotFound
	}
	return p.users[i], nil
}

// reply is a canned answer.
type reply struct {
	status int
	header http.Header
	body   string
}

// faultsOf answers an exchange with a canned answer, and accepts every token.
func faultsOf(t *testing.T, id string, p reply) []string {
	t.Helper()
	i := slices.IndexFunc(recorded.Exchanges(), func(e recorded.Exchange) bool { return e.ID == id })
	serve := func(*auth.Service, ...auth.RouteOption) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/verify/") {
				return
			}
			maps.Copy(w.Header(), p.header)
			w.WriteHeader(p.status)
			_, _ = w.Write([]byte(p.body))
		})
	}
	h := Harness{Serve: serve, Client: serve, Store: func(*testing.T) auth.Store { return &people{} }}
	s := newStage(t, h, recorded.Exchanges()[i], own)
	return s.faults(s.play())
}

func header(pairs ...string) http.Header {
	h := http.Header{"Content-Type": {"application/json"}, "Allow": {"POST, OPTIONS"}}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestOnlyTheWantedAnswerIsGood(t *testing.T) {
	const (
		challenge = `Bearer realm="api"`
		wrong     = `{"detail":"No active account found with the given credentials"}`
		created   = `{"id":9,"email":"new1@test.com","first_name":"","last_name":"","phone":null}`
		csrf      = `{"detail":"CSRF Failed: CSRF token missing or incorrect."}`
	)
	const extra = `{"refresh":"r","access":"a","extra":{"x":1}}`
	refused, private := header("Www-Authenticate", challenge), header("Cache-Control", "no-store")
	for name, test := range map[string]struct {
		id   string
		with reply
		good bool
	}{
		"as recorded":                  {"s1-004", reply{401, refused, wrong}, true},
		"another status":               {"s1-004", reply{403, refused, wrong}, false},
		"another body":                 {"s1-004", reply{401, refused, wrong + "\n"}, false},
		"no challenge":                 {"s1-004", reply{401, header(), wrong}, false},
		"a charset":                    {"s1-004", reply{401, header("Www-Authenticate", challenge, "Content-Type", "application/json; charset=utf-8"), wrong}, false},
		"a cookie":                     {"s1-004", reply{401, header("Www-Authenticate", challenge, "Set-Cookie", "a=b"), wrong}, false},
		"caching forbidden":            {"s1-004", reply{401, header("Www-Authenticate", challenge, "Cache-Control", "no-store"), wrong}, false},
		"a new id":                     {"s1-156", reply{201, header(), strings.Replace(created, "9", "10", 1)}, true},
		"an id of the fixture":         {"s1-156", reply{201, header(), strings.Replace(created, "9", "8", 1)}, false},
		"members in another order":     {"s1-156", reply{201, header(), `{"email":"new1@test.com","id":9,"first_name":"","last_name":"","phone":null}`}, false},
		"listed, as the list says":     {"s1-039", reply{401, refused, wrong}, true},
		"listed, otherwise":            {"s1-039", reply{400, refused, wrong}, false},
		"listed, as recorded":          {"s1-021", reply{400, header(), `{"detail":"JSON parse error - 'utf-8' codec can't decode byte 0xff in position 11: invalid start byte"}`}, false},
		"waiting, as the list says":    {"s2-394", reply{201, header(), created}, true},
		"waiting, otherwise":           {"s2-394", reply{404, nil, ""}, false},
		"waiting, as recorded":         {"s2-394", reply{403, header(), csrf}, false},
		"a client's, as recorded":      {"s4-529", reply{200, private, extra}, true},
		"a client's, kept by caches":   {"s4-529", reply{200, header(), extra}, false},
		"a client's, one member less":  {"s4-529", reply{200, private, `{"refresh":"r","access":"a"}`}, false},
		"a client's, as the list says": {"s4-509", reply{400, header(), `{"email":["bad"]}`}, true},
		"a client's, listed as it was": {"s4-509", reply{401, header("Www-Authenticate", "Bearer"), `{"email":["bad"]}`}, false},
		"a client's, with a realm":     {"s4-508", reply{401, refused, wrong}, false},
		"the application's 404":        {"s1-058", reply{404, nil, "lost?"}, true},
		"the library's 404":            {"s1-058", reply{404, header(), `{"detail":"Not found."}`}, false},
		"an unknown path that exists":  {"s1-058", reply{200, nil, ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			faults := faultsOf(t, test.id, test.with)
			if (len(faults) == 0) != test.good {
				t.Errorf("faults = %q, want none: %v", faults, test.good)
			}
		})
	}
}

func TestTokensAreComparedClaimByClaim(t *testing.T) {
	const (
		head = `{"alg":"HS256","typ":"JWT"}`
		id   = `"0123456789ab4def8123456789abcdef"`
		sid  = `"0123456789ab7def8123456789abcdef"`
		// The refresh token of the answer; the access token is always good.
		good = `{"token_type":"refresh","exp":1795402458,"iat":1795316058,"jti":` + id + `,"user_id":2`
	)
	const session = `,"sid":` + sid + `}`
	access := `{"token_type":"access","exp":1795316358,"iat":1795316058,"jti":` + id + `,"user_id":2` + session
	for name, test := range map[string]struct {
		header, payload string
		good            bool
	}{
		"with a session":    {head, good + session, true},
		"without a session": {head, good + `}`, false},
		"a session nowhere": {head, `{"sid":` + sid + `,` + good[1:] + `}`, false},
		"no session's id":   {head, good + `,"sid":"1"}`, false},
		"an id of no time":  {head, good + `,"sid":` + id + `}`, false},
		"another session":   {head, good + strings.Replace(session, "1", "2", 1), false},
		"one claim more":    {head, good + `,"sid":` + sid + `,"role":"boss"}`, false},
		"one claim less":    {head, strings.Replace(good, `"iat":1795316058,`, "", 1) + session, false},
		"another order":     {head, strings.Replace(good, `"exp":1795402458,"iat":1795316058`, `"iat":1795316058,"exp":1795402458`, 1) + session, false},
		"another exp":       {head, strings.Replace(good, "458,", "459,", 1) + session, false},
		"an exp as text":    {head, strings.Replace(good, "1795402458", `"1795402458"`, 1) + session, false},
		"another user":      {head, strings.Replace(good, ":2", ":3", 1) + session, false},
		"no uuid":           {head, strings.Replace(good, "4def", "3def", 1) + session, false},
		"a kid":             {`{"alg":"HS256","kid":"a","typ":"JWT"}`, good + session, false},
		"no JSON":           {head, good, false},
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf(`{"refresh":%q,"access":%q}`, signed("x", test.header, test.payload), signed("x", head, access))
			faults := faultsOf(t, "s1-001", reply{200, header("Cache-Control", "no-store"), body})
			if (len(faults) == 0) != test.good {
				t.Errorf("faults = %q, want none: %v", faults, test.good)
			}
		})
	}
}

func TestEveryExchangeStandsInTheListOnceOrIsEqual(t *testing.T) {
	if err := review().check(recorded.Exchanges()); err != nil {
		t.Error(err)
	}
	waiting := map[string]int{}
	for _, e := range recorded.Exchanges() {
		if part, waits := review().part(e); waits {
			waiting[part.Part]++
		}
	}
	want := map[string]int{"pages": 30, "cookies": 18, "JWK_URL": 1}
	if all := len(recorded.Exchanges()); all != 444 || !maps.Equal(waiting, want) {
		t.Errorf("%v of %d exchanges wait for a part, want %v of 444", waiting, all, want)
	}
}

func TestABadListIsRefused(t *testing.T) {
	good := difference{IDs: []string{"s1-004"}, Decision: 1, Why: "it is better"}
	for name, l := range map[string]list{
		"unknown exchange":        {Differences: []difference{{IDs: []string{"s1-999"}, Decision: 1, Why: "x"}}},
		"twice":                   {Differences: []difference{good, good}},
		"different and waiting":   {Later: []later{{Part: "x", IDs: []string{"s1-004"}, Status: 404}}, Differences: []difference{good}},
		"no decision":             {Differences: []difference{{IDs: []string{"s1-004"}, Why: "x"}}},
		"a decision too far":      {Differences: []difference{{IDs: []string{"s1-004"}, Decision: 48, Why: "x"}}},
		"no reason":               {Differences: []difference{{IDs: []string{"s1-004"}, Decision: 1}}},
		"nothing":                 {Differences: []difference{{Decision: 1, Why: "x"}}},
		"a part without a name":   {Later: []later{{IDs: []string{"s1-004"}, Status: 404}}},
		"a part without a status": {Later: []later{{Part: "x", IDs: []string{"s1-004"}}}},
		"a part of nothing":       {Later: []later{{Part: "x", Status: 404}}},
		"different and refused":   {Refused: []refusal{{[]string{"s1-004"}, "x", authService, "A=1", "A"}}, Differences: []difference{good}},
		"refused for no reason":   {Refused: []refusal{{[]string{"s1-004"}, "", authService, "A=1", "A"}}},
		"refused by nobody":       {Refused: []refusal{{[]string{"s1-004"}, "x", "", "A=1", "A"}}},
	} {
		if l.check(recorded.Exchanges()) == nil {
			t.Errorf("%s: the list is taken", name)
		}
	}
	if err := (list{Differences: []difference{good}}).check(recorded.Exchanges()); err != nil {
		t.Error(err)
	}
}

func TestWhatIsSaidToBeRefusedIs(t *testing.T) {
	for _, f := range review().Refused {
		if err := f.check(&people{}); err != nil {
			t.Error(err)
		}
	}
	for name, f := range map[string]refusal{
		"nothing wrong":          {Variable: "LEEWAY=5", Names: "LEEWAY"},
		"something else wrong":   {Variable: "ALGORITHM=EdDSA", Names: "auth: Settings.Signing.Algorithm"},
		"more than that wrong":   {Variable: "ALGORITHM=EdDSA", Names: "auth: Settings"},
		"a variable nobody asks": {Variable: "LEEWAI=x", Names: "LEEWAI"},
		"another service's":      {Service: clientService, Variable: "REMOTE_AUTH_SERVICE_URL=https://a", Names: "remote: Settings.URL"},
	} {
		if f.check(&people{}) == nil {
			t.Errorf("%s: the refusal is believed", name)
		}
	}
}

func TestEveryExchangeHasASetupOrIsRefused(t *testing.T) {
	for _, e := range recorded.Exchanges() {
		_, known := setupOf(e)
		_, refused := review().refusal(e)
		if known == refused {
			t.Errorf("%s: has a setup: %v, is refused: %v", e.ID, known, refused)
		}
	}
}

// What the tables of this package name must have been recorded, lest it does nothing.
func TestTheTablesNameWhatWasRecorded(t *testing.T) {
	recordings := map[string]bool{}
	for _, e := range recorded.Exchanges() {
		recordings[e.ID], recordings[e.Setup] = true, true
		for name := range e.Tokens {
			recordings[name] = true
		}
	}
	named := slices.Concat(quoted, issued, []string{withoutGroup}, slices.Collect(maps.Keys(steps)), slices.Collect(maps.Keys(setups)))
	for _, name := range named {
		if !recordings[name] {
			t.Errorf("%q was not recorded", name)
		}
	}
}
