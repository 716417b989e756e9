package remote_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

func TestRefusalsAreThoseOfPackageAuth(t *testing.T) {
	for _, c := range []struct {
		status       int
		body         string
		is           *auth.Error
		code, detail string
	}{
		{401, `{"detail": "No active account found with the given credentials"}`, auth.ErrLoginFailed, "", ""},
		{401, `{"detail":"Token is blacklisted","code":"token_not_valid"}`, auth.ErrTokenRevoked, "", ""},
		{401, `{"detail":"Token is invalid or expired","code":"token_not_valid"}`, auth.ErrTokenInvalid, "", ""},
		{400, `{"non_field_errors":["Invalid credentials."]}`, auth.ErrPasswordWrong, "", ""},
		{400, `{"b":["x","y"],"a":["z"]}`, nil, "invalid", "invalid input; b: x; b: y; a: z"},
		{403, `{"detail":"forbidden"}`, nil, "auth_service_refused", "forbidden"},
		{403, `{"detail":"forbidden","code":"No Code"}`, nil, "auth_service_refused", "forbidden"},
		{403, `{"detail":["forbidden"],"code":5}`, nil, "auth_service_refused", textError},
		{403, `{"detail":null}`, nil, "auth_service_refused", textError},
		{429, `{}`, nil, "auth_service_refused", textError},
	} {
		_, err := newClient(t, newUpstream(t, says(c.status, c.body)).URL).Token(t.Context(), alice)
		e := answered(t, err, c.status, c.detail)
		if c.is != nil && !errors.Is(err, c.is) || c.is == nil && e.Code() != c.code {
			t.Errorf("%s: %v", c.body, err)
		}
		if got, want := bodyOf(t, e), strings.ReplaceAll(c.body, `": "`, `":"`); got != want {
			t.Errorf("%s: answered with %s", c.body, got)
		}
	}
}

func TestFieldsOfARefusalCanBeRead(t *testing.T) {
	u := newUpstream(t, says(http.StatusBadRequest, `{"new_password":["Too short.","Too common."],"x":5}`))
	err := calls["password"](t.Context(), newClient(t, u.URL))
	fields := answered(t, err, http.StatusBadRequest, "").Fields()
	if len(fields) != 1 || !slices.Equal(fields["new_password"], []string{"Too short.", "Too common."}) {
		t.Errorf("fields are %v", fields)
	}
}

func TestLongSentencesAreNotLoggedWhole(t *testing.T) {
	long := strings.Repeat("x", 60_000)
	u := newUpstream(t, says(http.StatusForbidden, `{"detail":"`+long+`"}`))
	_, err := newClient(t, u.URL).Token(t.Context(), alice)
	e := answered(t, err, http.StatusForbidden, "")
	if n := len(e.Error()); n > 600 {
		t.Errorf("%d bytes for a log line", n)
	}
	if got := bodyOf(t, e); got != `{"detail":"`+long+`"}` {
		t.Errorf("the client gets %d bytes", len(got))
	}
}

func TestNoSentenceForgesALogLine(t *testing.T) {
	for _, body := range []string{`{"detail":"a\nb\u001b[31m\u2028c"}`, `{"a\nb":["\u001b[31m\u2028c"]}`} {
		_, err := newClient(t, newUpstream(t, says(400, body)).URL).Token(t.Context(), alice)
		e := answered(t, err, 400, "")
		if strings.ContainsAny(e.Error()+e.Detail(), "\n\x1b\u2028") {
			t.Errorf("a log line with %q", e.Error())
		}
		if got := bodyOf(t, e); got != body {
			t.Errorf("the client gets %s", got)
		}
	}
}

func TestRetryAfterPasses(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 5e8, time.UTC)
	for text, want := range map[string]string{
		"30": "30", "0": "0", "86400": "86400", "007": "7",
		"86401": "", "-1": "", "+5": "", "1.5": "", "soon": "", "99999999999999999999": "", "5, 6": "",
		"Mon, 04 May 2026 03:02:31 GMT": "30", "Mon, 04 May 2026 03:00:00 GMT": "0", "Wed, 06 May 2026 03:00:00 GMT": "",
		"Monday, 04-May-26 03:02:31 GMT": "30",
	} {
		for status, otherwise := range map[int]string{429: "", 503: "1", 403: "", 500: "1"} {
			u := newUpstream(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", text)
				says(status, `{}`)(w, r)
			})
			c := newClient(t, u.URL)
			remote.SetClock(c, func() time.Time { return now })
			_, err := c.Token(t.Context(), alice)
			var e *auth.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			wanted := want
			if want == "" || status != 429 && status != 503 {
				wanted = otherwise
			}
			if got := e.Response().Header.Get("Retry-After"); got != wanted {
				t.Errorf("%d with %q: Retry-After is %q, want %q", status, text, got, wanted)
			}
		}
	}
}
