package adaptertest

import (
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

var slidingClaims = []claim{
	{"a sliding login gives one token", slidingLogin},
	{"a refresh moves the expiry alone", slidingRefresh},
	{"the expiry never passes the end of refreshing", slidingIsCapped},
	{"a token that is past is refused", slidingEnds},
	{"another kind cannot slide", slidingKinds},
	{"a logout, a password change and a deactivation end it", slidingDies},
	{"old rights end at verify and as a bearer, not the session", slidingOldRights},
	{"it authenticates where it is accepted", slidingBearer},
	{"token/ and token/refresh/ can speak sliding", slidingInstead},
	{"a token of another service slides too", slidingForeign},
	{"its session counts whatever the settings", slidingSessionCounts},
}

// slidingToken logs the user of most claims in for a sliding token.
func (a *app) slidingToken() string {
	a.t.Helper()
	p := a.post("/token/sliding/", object{"email": ann, "password": userPassword})
	p.want(a.t, http.StatusOK, `{"token":"`+p.field("token")+`"}`)
	return p.field("token")
}

func (a *app) slide(token string) reply {
	a.t.Helper()
	return a.post("/token/sliding/refresh/", object{"token": token})
}

// accepting makes sliding tokens good for requests, after access tokens.
func accepting(s *auth.Settings) { s.Tokens.Accept = []token.Kind{token.Access, token.Sliding} }

func slidingLogin(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	sliding := a.slidingToken()
	want := `{"token_type":"sliding","exp":1767225900,"iat":1767225600,"jti":"` + text(t, sliding, "jti") +
		`","refresh_exp":1767312000,"user_id":` + u.ID + `,"sid":"` + text(t, sliding, "sid") + `","epoch":0}`
	if got := payload(t, sliding); got != want {
		t.Errorf("payload = %s\nwant      %s", got, want)
	}
	a.post("/token/sliding/", object{"email": ann, "password": "wrong"}).
		want(t, http.StatusUnauthorized, loginFailedBody)
	if n := a.live(u.ID); n != 1 {
		t.Errorf("%d live sessions, want 1", n)
	}
}

func slidingRefresh(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	first := a.slidingToken()
	a.pass(time.Minute)
	p := a.slide(first)
	second := p.field("token")
	p.want(t, http.StatusOK, `{"token":"`+second+`"}`)
	before, after := claims(t, first), claims(t, second)
	for _, claim := range []string{"jti", "refresh_exp", "sid", "user_id", "token_type"} {
		if before[claim] != after[claim] {
			t.Errorf("%s: %v became %v", claim, before[claim], after[claim])
		}
	}
	if !moment(t, second, "exp").Equal(start.Add(6*time.Minute)) ||
		!moment(t, second, "iat").Equal(start.Add(time.Minute)) {
		t.Errorf("payload = %s", payload(t, second))
	}
	a.slide(first).want(t, http.StatusOK, "")
	a.store.meet("Session", 40)
	replies := together(40, func(int) reply { return a.slide(second) })
	if n := statuses(replies); n[http.StatusOK] != 40 {
		t.Errorf("statuses = %v", n)
	}
}

// RF-08.
func slidingIsCapped(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Tokens.SlidingLifetime, s.Tokens.SlidingRefreshLifetime = 5*time.Minute, 8*time.Minute
	})
	a.user(ann)
	sliding := a.slidingToken()
	a.pass(4 * time.Minute)
	sliding = a.slide(sliding).field("token")
	if got := moment(t, sliding, "exp"); !got.Equal(start.Add(8 * time.Minute)) {
		t.Errorf("exp = %v, want refresh_exp", got)
	}
	a.pass(4*time.Minute - time.Second)
	a.slide(sliding).want(t, http.StatusOK, "")
	a.pass(time.Second)
	a.slide(sliding).want(t, http.StatusUnauthorized, invalidBody)
}

func slidingEnds(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	sliding := a.slidingToken()
	now := start.Unix()
	for message, changes := range map[string]object{
		"Token 'refresh_exp' claim has expired": {"refresh_exp": now},
		"Token has no 'refresh_exp' claim":      {},
		invalidText:                             {"refresh_exp": "soon"},
	} {
		a.slide(a.foreign("sliding", u.ID, changes)).want(t, http.StatusUnauthorized, tokenBody(message))
	}
	a.pass(5 * time.Minute)
	a.slide(sliding).want(t, http.StatusUnauthorized, invalidBody)
	a.verify(sliding).want(t, http.StatusUnauthorized, invalidBody)
}

func slidingKinds(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens, sliding := a.login(ann), a.slidingToken()
	a.slide(tokens.access).want(t, http.StatusUnauthorized, wrongKindBody)
	a.slide(tokens.refresh).want(t, http.StatusUnauthorized, wrongKindBody)
	a.refresh(sliding).want(t, http.StatusUnauthorized, wrongKindBody)
	a.post("/token/blacklist/", object{"refresh": sliding}).want(t, http.StatusUnauthorized, wrongKindBody)
	a.refusals("Bearer "+sliding, refusedBody(wrongKindText))
	a.slide(sliding).want(t, http.StatusOK, "")
	a.alive(tokens, true)
}

func slidingOldRights(t *testing.T, h Harness) {
	a := h.app(t, accepting)
	u := a.user(ann)
	sliding := a.slidingToken()
	a.update(u.ID, func(u *auth.User) { u.Roles = []string{"editor"} })
	a.verify(sliding).want(t, http.StatusUnauthorized, revokedBody)
	a.refusals("Bearer "+sliding, slidingRefusedBody(wrongKindText, revokedText))
	fresh := a.slide(sliding)
	fresh.want(t, http.StatusOK, "")
	a.verify(fresh.field("token")).want(t, http.StatusOK, "{}")
}

func slidingDies(t *testing.T, h Harness) {
	for what, end := range map[string]func(*app, *auth.User, string){
		"logout": func(a *app, _ *auth.User, sliding string) {
			a.post(logoutPath, object{"token": sliding}).want(t, http.StatusOK, loggedOutBody)
		},
		"logout everywhere": func(a *app, _ *auth.User, _ string) {
			a.post(logoutPath, object{"refresh": a.login(ann).refresh, "scope": "all"}).
				want(t, http.StatusOK, loggedOutBody)
		},
		"password change": func(a *app, _ *auth.User, _ string) {
			a.post("/password-change/",
				object{"email": ann, "password": userPassword, "new_password": "another good one"}).
				want(t, http.StatusOK, "{}")
		},
	} {
		a := h.app(t, accepting)
		u := a.user(ann)
		sliding := a.slidingToken()
		end(a, u, sliding)
		if p := a.slide(sliding); p.status != http.StatusUnauthorized || p.text != revokedBody {
			t.Errorf("%s: %d %s", what, p.status, p.text)
		}
		a.refusals("Bearer "+sliding, slidingRefusedBody(wrongKindText, revokedText))
		a.verify(sliding).want(t, http.StatusUnauthorized, revokedBody)
	}
	a := h.app(t, accepting)
	u := a.user(ann)
	sliding := a.slidingToken()
	a.update(u.ID, deactivate)
	a.slide(sliding).want(t, http.StatusUnauthorized, noAccountBody)
	a.refusals("Bearer "+sliding, userInactiveBody)
}

// slidingRefusedBody is the answer where access and sliding tokens are accepted.
func slidingRefusedBody(access, sliding string) string {
	return `{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[` +
		`{"token_class":"AccessToken","token_type":"access","message":"` + access + `"},` +
		`{"token_class":"SlidingToken","token_type":"sliding","message":"` + sliding + `"}]}`
}

func slidingBearer(t *testing.T, h Harness) {
	a := h.app(t, accepting)
	a.user(ann)
	tokens, sliding := a.login(ann), a.slidingToken()
	if p := a.get("/api/me", sliding); p.field("kind") != "sliding" || p.field("email") != ann {
		t.Errorf("%d %s", p.status, p.text)
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.refusals("Bearer "+tokens.refresh, slidingRefusedBody(wrongKindText, wrongKindText))
	a.refusals("Bearer garbage", slidingRefusedBody(invalidText, invalidText))
	a.post(logoutPath, nil, "Authorization", "Bearer "+sliding).want(t, http.StatusOK, loggedOutBody)
	a.slide(sliding).want(t, http.StatusUnauthorized, revokedBody)
	a.pass(5 * time.Minute)
	a.refusals("Bearer "+sliding, slidingRefusedBody(invalidText, invalidText))
}

func slidingInstead(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Tokens.Kind = auth.KindSliding })
	a.user(ann)
	p := a.tryLogin(ann, userPassword)
	p.want(t, http.StatusOK, `{"token":"`+p.field("token")+`"}`)
	p = a.post("/token/refresh/", object{"token": p.field("token")})
	p.want(t, http.StatusOK, `{"token":"`+p.field("token")+`"}`)
	a.get("/api/me", p.field("token")).want(t, http.StatusOK, "")
	a.post("/token/refresh/", object{"refresh": p.field("token")}).
		want(t, http.StatusBadRequest, fieldBody("token", "This field is required."))
	a.get("/api/me", a.slidingToken()).want(t, http.StatusOK, "")
}

func slidingForeign(t *testing.T, h Harness) {
	a := h.app(t, accepting)
	u := a.user(ann)
	first := a.foreign("sliding", u.ID, object{"refresh_exp": start.Add(time.Hour).Unix()})
	a.get("/api/me", first).want(t, http.StatusOK, "")
	p := a.slide(first)
	second := p.field("token")
	p.want(t, http.StatusOK, "")
	if claims(t, first)["jti"] != claims(t, second)["jti"] || claims(t, second)["sid"] != nil {
		t.Errorf("payload = %s", payload(t, second))
	}
	a.slide(first).want(t, http.StatusOK, "")
	for range 2 {
		a.post(logoutPath, object{"token": first}).want(t, http.StatusOK, loggedOutBody)
	}
	for _, token := range []string{first, second} {
		a.slide(token).want(t, http.StatusUnauthorized, revokedBody)
		a.verify(token).want(t, http.StatusUnauthorized, revokedBody)
		a.refusals("Bearer "+token, slidingRefusedBody(wrongKindText, revokedText))
	}
}

func slidingSessionCounts(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		easy(s)
		accepting(s)
	})
	a.user(ann)
	sliding := a.slidingToken()
	a.get("/api/me", sliding).want(t, http.StatusOK, "")
	a.post(logoutPath, object{"token": sliding}).want(t, http.StatusOK, loggedOutBody)
	a.refusals("Bearer "+sliding, slidingRefusedBody(wrongKindText, revokedText))
}
