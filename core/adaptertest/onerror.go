package adaptertest

import (
	"net/http"
	"testing"

	auth "github.com/authplug/authplug/core"
)

var onErrorClaims = []claim{
	{"the application decides how failures look", onErrorDecides},
	{"it may leave the answer to the protocol", onErrorFallsBack},
	{"it may answer bytes of any type", onErrorAnswersBytes},
	{"an answer without a status has the failure's", onErrorWithoutStatus},
	{"the application translates what is wrong with a body", onErrorTranslates},
	{"one answer may serve many requests", onErrorShared},
}

// custom is an application that shapes its failures itself.
func (h Harness) custom(t *testing.T, onError func(*http.Request, *auth.Error) *auth.Response) *app {
	t.Helper()
	a := h.app(t, func(s *auth.Settings) { s.OnError = onError })
	a.ownErrors = true
	a.user(ann)
	return a
}

func onErrorDecides(t *testing.T, h Harness) {
	a := h.custom(t, func(r *http.Request, e *auth.Error) *auth.Response {
		return &auth.Response{
			Status: e.Status(), Header: http.Header{"X-Path": {r.URL.Path}},
			Body: map[string]any{"error": e.Code(), "text": e.Detail()},
		}
	})
	tokens := a.login(ann)
	text := func(code, detail string) string { return `{"error":"` + code + `","text":"` + detail + `"}` }
	for _, c := range []struct {
		p      reply
		status int
		body   string
	}{
		{a.get("/api/me", ""), 401, text("not_authenticated", "Authentication credentials were not provided.")},
		{a.get("/api/me", "garbage"), 401, text("token_not_valid", "Given token not valid for any token type")},
		{
			a.get("/api/staff", tokens.access), 403,
			text("permission_denied", "You do not have permission to perform this action."),
		},
		{
			a.tryLogin(ann, "wrong"), 401,
			text("no_active_account", "No active account found with the given credentials"),
		},
		{
			a.send(http.MethodPut, "/auth/token/", nil), 405,
			text("method_not_allowed", `Method \"PUT\" not allowed.`),
		},
		{a.refresh("garbage"), 401, text("token_not_valid", "Token is invalid or expired")},
	} {
		c.p.want(t, c.status, c.body)
		if c.p.header.Get("X-Path") == "" || c.p.header.Get("Content-Type") != "application/json" {
			t.Errorf("headers = %v", c.p.header)
		}
	}
	a.store.fail("*")
	a.get("/api/me", tokens.access).want(t, 503, text("unavailable", "Service temporarily unavailable."))
	if p := a.post("/token/", "{"); p.status != http.StatusBadRequest || p.field("error") == "" {
		t.Errorf("%d %s", p.status, p.text)
	}
}

func onErrorFallsBack(t *testing.T, h Harness) {
	for what, onError := range map[string]func(*http.Request, *auth.Error) *auth.Response{
		"nil":    func(*http.Request, *auth.Error) *auth.Response { return nil },
		"panics": func(*http.Request, *auth.Error) *auth.Response { panic("the hook is broken") },
		"cannot be encoded": func(*http.Request, *auth.Error) *auth.Response {
			return &auth.Response{Status: http.StatusTeapot, Body: func() {}}
		},
	} {
		a := h.custom(t, onError)
		a.ownErrors = false
		if what == "cannot be encoded" {
			a.get("/api/me", "").want(t, http.StatusInternalServerError, internalBody)
			continue
		}
		a.get("/api/me", "").want(t, http.StatusUnauthorized, nobodyBody)
		a.tryLogin(ann, "wrong").want(t, http.StatusUnauthorized, loginFailedBody)
		a.post("/token/", "{}").
			want(t, http.StatusBadRequest, eachField(posted["/token/"], "This field is required."))
		a.store.fail("*")
		a.tryLogin(ann, userPassword).want(t, http.StatusServiceUnavailable, unavailableBody)
	}
}

func onErrorAnswersBytes(t *testing.T, h Harness) {
	a := h.custom(t, func(_ *http.Request, e *auth.Error) *auth.Response {
		return &auth.Response{
			Status: e.Status(), Header: http.Header{"Content-Type": {"application/problem+json"}},
			Body: []byte(`{"type":"` + e.Code() + `"}`),
		}
	})
	p := a.get("/api/me", "")
	p.want(t, http.StatusUnauthorized, `{"type":"not_authenticated"}`)
	if got := p.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type = %q", got)
	}
	b := h.custom(t,
		func(_ *http.Request, e *auth.Error) *auth.Response { return &auth.Response{Status: e.Status()} })
	p = b.get("/api/me", "")
	if p.status != http.StatusUnauthorized || p.text != "" {
		t.Errorf("%d %q", p.status, p.text)
	}
}

func onErrorWithoutStatus(t *testing.T, h Harness) {
	a := h.custom(t,
		func(_ *http.Request, e *auth.Error) *auth.Response { return &auth.Response{Body: e.Code()} })
	a.get("/api/me", "").want(t, http.StatusUnauthorized, `"not_authenticated"`)
	a.get("/api/staff", a.login(ann).access).want(t, http.StatusForbidden, `"permission_denied"`)
}

func onErrorTranslates(t *testing.T, h Harness) {
	a := h.custom(t, func(r *http.Request, e *auth.Error) *auth.Response {
		fields := e.Fields()
		if r.Header.Get("Accept-Language") != "de" || fields == nil {
			return nil
		}
		for _, texts := range fields {
			for i := range texts {
				texts[i] = "Nein." // a copy: others get their own
			}
		}
		return &auth.Response{Body: fields}
	})
	a.ownErrors = false
	for range 2 {
		a.post("/token/", "{}", "Accept-Language", "de").
			want(t, http.StatusBadRequest, `{"email":["Nein."],"password":["Nein."]}`)
		a.post("/token/", "{}").want(t, http.StatusBadRequest, eachField(posted["/token/"], "This field is required."))
		body := object{"email": ann, "password": "wrong", "new_password": freshPassword}
		a.post("/password-change/", body, "Accept-Language", "de").
			want(t, http.StatusBadRequest, `{"non_field_errors":["Nein."]}`)
		a.post("/token/", "[]", "Accept-Language", "de").want(t, http.StatusBadRequest, `{"non_field_errors":["Nein."]}`)
		a.post("/create-user/", object{"email": ann, "password": userPassword}, "Accept-Language", "de").
			want(t, http.StatusBadRequest, `{"email":["Nein."]}`)
	}
	for what, e := range map[string]*auth.Error{
		"a refusal": auth.ErrLoginFailed, "an own one": auth.NewError(http.StatusConflict, "x", "X."),
		"a refused token": auth.ErrTokenRefused, "an outage": auth.ErrUnavailable,
	} {
		if fields := e.Fields(); fields != nil {
			t.Errorf("%s has fields: %v", what, fields)
		}
	}
	auth.ErrEmailTaken.Fields()["email"][0] = "changed"
	if got := auth.ErrEmailTaken.Fields()["email"]; len(got) != 1 || got[0] != "This email already exists." {
		t.Errorf("Fields() = %q", got)
	}
}

func onErrorShared(t *testing.T, h Harness) {
	shared := &auth.Response{Status: http.StatusTeapot, Header: http.Header{"X-Own": {"1"}}, Body: []byte("{}")}
	a := h.custom(t, func(*http.Request, *auth.Error) *auth.Response { return shared })
	a.challenge = ""
	together(16, func(i int) reply {
		if i%2 == 0 {
			return a.send(http.MethodPut, "/auth/token/", nil)
		}
		return a.send(http.MethodPut, "/auth/user/", nil)
	})
	if len(shared.Header) != 1 || shared.Cookies != nil {
		t.Errorf("the application's own value was written to: %v", shared.Header)
	}
}
