package remote

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/wire"
)

// FuzzAnswer looks at whatever an auth-service may say: it is a success that can be used, a refusal
// that can be passed on, or an outage that quotes nothing.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []struct {
		status             int
		media, retry, body string
	}{
		{200, "application/json", "", `{"access":"a","refresh":"r","id":1,"email":"a@b.co","x":[{}]}`},
		{200, "application/json", "", `{"token":"t","id":"x","email":"A@B.co","first_name":"é","roles":["a"]}`},
		{201, "application/json; charset=utf-8", "", `{"keys":[{"kty":"oct","alg":"HS256","k":"AA"}]}`},
		{400, "application/json", "", `{"email":["This field is required."],"x":["a",null]}`},
		{401, "Application/JSON", "", `{"detail":"Token is invalid or expired","code":"token_not_valid"}`},
		{429, "application/json", "30", `{"detail":"\ud83d\ude00"}`},
		{503, "text/html", "Mon, 04 May 2026 03:02:31 GMT", "<h1>secret</h1>"},
		{302, "", "-1", ""},
	} {
		f.Add(seed.status, seed.media, seed.retry, seed.body)
	}
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	f.Fuzz(func(t *testing.T, status int, media, retry, body string) {
		for _, q := range []query{
			{url: "u", body: []byte("{}"), successes: okOrCreated, invalid: textInvalid},
			{url: "u", body: []byte("{}"), successes: onlyOK, invalid: textInvalid, unread: true},
			{url: "u", successes: onlyOK, invalid: textInvalidUser},
		} {
			a := &answer{status: status, header: http.Header{"Content-Type": {media}, "Retry-After": {retry}}}
			if a.fault = a.unusable(q); a.fault == "" {
				if err := a.read(strings.NewReader(body)); err != nil {
					t.Fatal(err)
				}
			}
			object, err := a.judge(q, now)
			switch {
			case err != nil:
				checkError(t, a, err)
			case !slices.Contains(q.successes, status) || object == nil != q.unread:
				t.Fatalf("%d is a success with %v", status, object)
			case object != nil:
				checkSuccess(t, object)
				_, _ = parseKeys(q, a.body)
			}
		}
	})
}

func checkSuccess(t *testing.T, object *wire.Object) {
	t.Helper()
	for _, want := range []wanted{anyTokens, refreshedTokens, slidingToken} {
		if tokens := want(newTaken(object)); tokens != nil && !isToken(tokens.Access+tokens.Sliding) {
			t.Fatal("tokens without a token")
		}
	}
	p, err := parseProfile(object)
	switch {
	case err != nil:
		checkError(t, &answer{status: http.StatusOK}, err)
	case p.ID == "" || p.Email == "":
		t.Fatalf("profile %+v", p)
	}
}

func checkError(t *testing.T, a *answer, err error) {
	t.Helper()
	var e *auth.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v cannot be answered", err)
	}
	refused := e.Status() == a.status && slices.Contains(refusals, a.status)
	if !refused && (e.Status() != http.StatusServiceUnavailable || !errors.Is(err, ErrUnavailable)) {
		t.Fatalf("status %d is answered with %d", a.status, e.Status())
	}
	body, err := json.Marshal(e.Response().Body)
	if err != nil || body[0] != '{' {
		t.Fatalf("answered with %s, %v", body, err)
	}
	if len(e.Error()) > 4*500+400 {
		t.Fatalf("%d bytes for a log line", len(e.Error()))
	}
	for name := range e.Response().Header {
		if name != "Retry-After" {
			t.Fatalf("header %s passes", name)
		}
	}
}
