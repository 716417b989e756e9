package replay

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// compared are the headers that matter.
var compared = []string{
	"Content-Type", "WWW-Authenticate", "Allow", "Retry-After", "Location", "Set-Cookie", "Cache-Control",
}

// judge compares the answer with what it must be.
func (s *stage) judge(a Answered) {
	s.t.Helper()
	faults := s.faults(a)
	if len(faults) == 0 {
		return
	}
	s.t.Errorf("%s; tokens %s\n%s %s %s\n%d %s\n%v\n%s", s.exchange.Name, s.origin,
		a.Request.Method, a.Request.URL, a.RequestBody, a.Status, a.Body, a.Header, strings.Join(faults, "\n"))
}

// faults lists what is wrong with an answer, or with what the list says of the exchange.
func (s *stage) faults(a Answered) []string {
	s.t.Helper()
	problems := s.problems(a, asRecorded(s.exchange))
	part, waits := review().part(s.exchange)
	d, differs := review().difference(s.exchange)
	switch {
	case (waits || differs) && len(problems) == 0:
		return []string{"it is answered as recorded: strike it from the list"}
	case waits && a.Status != part.Status:
		return []string{fmt.Sprintf("as a part of %q by itself, want status %d", part.Part, part.Status)}
	case waits:
		return nil
	case differs:
		return s.problems(a, d.instead(s.t, s.exchange))
	}
	return problems
}

// problems lists what differs between an answer and what it must be.
func (s *stage) problems(a Answered, want answer) []string {
	s.t.Helper()
	if want.own {
		return ownProblems(a, want)
	}
	var found []string
	if a.Status != want.Status {
		found = append(found, fmt.Sprintf("status: want %d", want.Status))
	}
	issued := s.issuedIn(want)
	for _, name := range compared {
		wanted := []string(want.Headers[name])
		if name == "Cache-Control" && len(wanted) == 0 && private(a) {
			wanted = []string{"no-store"}
		}
		if got := a.Header.Values(name); !slices.Equal(got, wanted) {
			found = append(found, fmt.Sprintf("%s: want %q", name, wanted))
		}
	}
	pattern, names := bodyPattern(s.wantedBody(want), want.Status, issued)
	groups := pattern.FindSubmatch(a.Body)
	if groups == nil {
		return append(found, "body: want "+pattern.String())
	}
	sessions := map[string]bool{}
	for i, name := range names {
		raw := string(groups[i+1])
		found = append(found, s.tokenProblems(name, raw, want)...)
		sessions[sessionOf(s.t, raw)] = true
	}
	if len(sessions) > 1 {
		found = append(found, "the tokens are of different sessions")
	}
	return found
}

// ownProblems lists what is wrong with an answer that the framework or the application gives.
func ownProblems(a Answered, want answer) []string {
	var found []string
	if a.Status != want.Status {
		found = append(found, fmt.Sprintf("status: want %d", want.Status))
	}
	for _, name := range []string{"Allow", "WWW-Authenticate"} {
		if got := a.Header.Get(name); got != "" {
			found = append(found, fmt.Sprintf("%s: %s, want an answer that is not this library's", name, got))
		}
	}
	return found
}

// private reports whether an answer carries tokens or a person's data.
func private(a Answered) bool {
	return a.Status == http.StatusOK && slices.ContainsFunc([]string{"/token", "/token/refresh", "/user"},
		func(end string) bool { return strings.HasSuffix(strings.TrimSuffix(a.Request.URL.Path, "/"), end) })
}

// issuedIn lists the placeholders of the tokens in an answer.
func (s *stage) issuedIn(want answer) []string {
	var names []string
	for name := range want.tokens {
		if strings.Contains(string(want.Body), `"`+name+`"`) {
			names = append(names, name)
		}
	}
	return names
}

// wantedBody is a body as it goes over the wire.
func (s *stage) wantedBody(want answer) string {
	if len(want.Body) == 0 || string(want.Body) == `""` {
		return ""
	}
	return compact(s.t, want.Body)
}

const (
	tokenShape = `"([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)"`
	dateShape  = `"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"`
	newIDShape = `^{"id":(?:9|[1-9]\d+),` // of a user whom the fixture does not have
)

var (
	recordedDate  = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[\d:]+(?:\\\.\d+)?Z"`)
	recordedNewID = regexp.MustCompile(`^\\{"id":\d+,`)
)

// bodyPattern matches what an answer may be: the wanted bytes, but for what is compared by its
// shape. Its groups are tokens, whose placeholders it returns in order.
func bodyPattern(body string, status int, issued []string) (pattern *regexp.Regexp, names []string) {
	text := regexp.QuoteMeta(body)
	text = recordedDate.ReplaceAllLiteralString(text, dateShape)
	if status == http.StatusCreated {
		text = recordedNewID.ReplaceAllLiteralString(text, newIDShape[1:])
	}
	at := func(name string) int { return strings.Index(text, `"`+name+`"`) }
	slices.SortFunc(issued, func(a, b string) int { return at(a) - at(b) })
	for _, name := range issued {
		text = strings.ReplaceAll(text, `"`+name+`"`, tokenShape)
	}
	return regexp.MustCompile(`^(?s:` + text + `)$`), issued
}

var (
	idShape = regexp.MustCompile(`^"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"$`)
	// A session's id begins with its time.
	sessionShape = regexp.MustCompile(`^"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}"$`)
	// A key is named by its thumbprint (RFC 7638).
	kidShape = `[A-Za-z0-9_-]{43}`
)

// tokenProblems lists what differs between a token and what it must say.
func (s *stage) tokenProblems(name, raw string, want answer) []string {
	s.t.Helper()
	var found []string
	token := want.tokens[name]
	header, payload, err := forge.Texts(raw)
	if err != nil {
		return []string{name + ": " + err.Error()}
	}
	shape := strings.ReplaceAll(regexp.QuoteMeta(compact(s.t, token.Header)), "<kid>", kidShape)
	if !regexp.MustCompile("^" + shape + "$").MatchString(header) {
		found = append(found, fmt.Sprintf("%s: header %s, want %s", name, header, shape))
	}
	if !json.Valid([]byte(payload)) {
		return append(found, fmt.Sprintf("%s: payload %s", name, payload))
	}
	if !s.verifies(raw) {
		found = append(found, name+": the service does not accept it")
	}
	wanted := s.withSession(members(s.t, token.Payload))
	got := members(s.t, json.RawMessage(payload))
	if !slices.EqualFunc(wanted, got, s.sameClaim) {
		found = append(found, fmt.Sprintf("%s: payload %s, want %s", name, payload, wanted))
	}
	return found
}

// verifies reports whether the service accepts a token that it has issued.
func (s *stage) verifies(raw string) bool {
	body := []byte(`{"token":"` + raw + `"}`)
	return s.send(s.auth, s.jsonRequest("/token/verify/", body), body).Status == http.StatusOK
}

// sameClaim reports whether a claim is the wanted one. Ids are compared by their shape, and the
// password's fingerprint with what is stored.
func (s *stage) sameClaim(want, got member) bool {
	claims := s.service.Settings().Claims
	switch {
	case want.name != got.name:
		return false
	case got.name == sessionClaim && want.value == anySession:
		return sessionShape.MatchString(got.value)
	case got.name == claims.ID:
		return s.sameID(want.value, got.value)
	case got.name == claims.Revoke:
		return s.isFingerprint(got.value)
	}
	return want.value == got.value
}

// sameID reports whether a token's id is one, and where the recorded answer took over the id of a
// token in the request, whether this one does.
func (s *stage) sameID(want, got string) bool {
	name := s.service.Settings().Claims.ID
	for placeholder, raw := range s.tokens {
		if valueOf(members(s.t, s.exchange.Tokens[placeholder].Payload), name) == want {
			_, payload, err := forge.Texts(raw)
			return err == nil && valueOf(members(s.t, json.RawMessage(payload)), name) == got
		}
	}
	return idShape.MatchString(got)
}

func (s *stage) isFingerprint(value string) bool {
	return slices.ContainsFunc(recorded.People().Users, func(p recorded.User) bool {
		u, err := s.store.User(s.t.Context(), auth.UserKey{ID: fmt.Sprint(p.ID)})
		return err == nil && value == `"`+fingerprint(string(u.PasswordHash))+`"`
	})
}
