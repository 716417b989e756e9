package auth_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

// LG-01; what a whole service shows of itself is tested with the example services.
func TestASecretIsNeverShown(t *testing.T) {
	const hidden = "hunter2-hunter2"
	u := &auth.User{
		ID: "7", Email: "ann@example.com", PasswordHash: hidden,
		Codes: map[string]auth.Secret{"reset": hidden},
	}
	settings := auth.Settings{Signing: auth.Signing{Key: hidden}}
	typed := []any{
		auth.Credentials{Password: hidden},
		auth.Tokens{Access: hidden, Refresh: hidden, Sliding: hidden},
		auth.PasswordChange{Password: hidden, NewPassword: hidden},
		auth.NewUser{Password: hidden},
		auth.Logout{Refresh: hidden, Token: hidden, Access: hidden},
		&auth.Tokens{Access: hidden},
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "user", u, "settings", settings.Signing, "key", auth.Secret(hidden))
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "user", u, "settings", settings.Signing, "key", auth.Secret(hidden))
	shown := []string{log.String()}
	for _, v := range append(typed, u, *u, settings, &settings, auth.Secret(hidden), u.Codes, &auth.Identity{User: u}, []*auth.User{u}) {
		shown = append(shown, fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v))
	}
	for _, v := range append(typed, u, *u, settings.Signing, auth.Secret(hidden), u.Codes) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, string(raw))
	}
	for _, text := range shown {
		if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("shown: %s", text)
		}
	}
}

func TestAUserEncodesWithoutItsBookkeeping(t *testing.T) {
	u := auth.User{
		ID: "7", UUID: "u", Version: 3, Email: "ann@example.com", Active: true,
		DateJoined: time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC), Extra: json.RawMessage(`{"a":1}`),
	}
	raw, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":7,"uuid":"u","email":"ann@example.com","first_name":"","last_name":"","phone":null,` +
		`"location":null,"is_active":true,"is_staff":false,"is_superuser":false,` +
		`"date_joined":"2026-01-02T03:04:05.678000Z","last_login":null,"roles":[],"permissions":[],"extra":{"a":1}}`
	if string(raw) != want {
		t.Errorf("Marshal() = %s\nwant %s", raw, want)
	}
}

func TestAnErrorIsItselfWithACauseAndHeaders(t *testing.T) {
	cause := errors.New("disk on fire")
	err := fmt.Errorf("outer: %w", auth.ErrUnavailable.Because(cause).WithHeader("X-A", "b"))
	if !errors.Is(err, auth.ErrUnavailable) || !errors.Is(err, cause) {
		t.Errorf("Is() lost the error or its cause: %v", err)
	}
	if errors.Is(err, auth.ErrInternal) || errors.Is(auth.ErrTokenRevoked, auth.ErrTokenInvalid) {
		t.Error("errors with another sentence are the same")
	}
	if auth.ErrUnavailable.Response().Header.Get("X-A") != "" {
		t.Error("WithHeader() changed the sentinel")
	}
	if raw, _ := json.Marshal(auth.ErrUnavailable.Because(cause).Response().Body); strings.Contains(string(raw), "fire") {
		t.Errorf("the body shows the cause: %s", raw)
	}
}

func TestAResponseIsWrittenOnceAndExactly(t *testing.T) {
	w := httptest.NewRecorder()
	p := auth.Response{
		Status: http.StatusTeapot, Header: http.Header{"X-A": {"b"}}, Cookies: []*http.Cookie{{Name: "c", Value: "d"}},
		Body: map[string]string{"k": "<ä&>"},
	}
	p.Write(w)
	if w.Code != http.StatusTeapot || w.Body.String() != `{"k":"<ä&>"}` {
		t.Errorf("wrote %d %s", w.Code, w.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json", "X-A": "b", "Set-Cookie": "c=d", "Content-Length": "13",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestABodyThatCannotBeEncodedIsAFailure(t *testing.T) {
	w := httptest.NewRecorder()
	(&auth.Response{Status: http.StatusOK, Body: make(chan int)}).Write(w)
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "internal_error") {
		t.Errorf("wrote %d %s", w.Code, w.Body)
	}
}

func TestACloneSharesNothing(t *testing.T) {
	phone := "1"
	u := &auth.User{
		Roles: []string{"a"}, Permissions: []string{"b"}, Extra: json.RawMessage(`1`), Phone: &phone,
		Codes: map[string]auth.Secret{"c": "d"},
	}
	c := u.Clone()
	c.Roles[0], c.Permissions[0], c.Extra[0], *c.Phone, c.Codes["c"] = "x", "x", '2', "x", "x"
	if u.Roles[0] != "a" || u.Permissions[0] != "b" || string(u.Extra) != "1" || *u.Phone != "1" || u.Codes["c"] != "d" {
		t.Errorf("the original changed: %+v", u)
	}
}

func TestANilErrorCanBeAskedAndIsToldOfAsACause(t *testing.T) {
	var none *auth.Error
	if none.Error() == "" || none.Unwrap() != nil || none.Is(auth.ErrForbidden) {
		t.Errorf("Error() = %q, Unwrap() = %v", none.Error(), none.Unwrap())
	}
	if auth.ErrForbidden.Is(none) || errors.Is(auth.ErrForbidden.Because(nil), none) {
		t.Error("a nil *Error is one of the package's own")
	}
	if err := auth.ErrForbidden.Because(none); err.Unwrap() == nil || err.Unwrap().Error() != none.Error() {
		t.Errorf("Because(a nil *Error) = %v", err)
	}
	if err := auth.ErrForbidden.Because(nil); err.Unwrap() != nil || err.Error() != auth.ErrForbidden.Error() {
		t.Errorf("Because(nil) = %v", err)
	}
}
