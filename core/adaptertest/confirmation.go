package adaptertest

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
)

var confirmationClaims = []claim{
	{"who registers confirms the address before it logs in", confirmFirst},
	{"an unconfirmed account looks like none, and a reset confirms it", confirmByReset},
	{"nobody is asked where it is not wanted", confirmNothing},
}

func confirming(s *auth.Settings) { s.Users.ConfirmEmail = true }

func confirmFirst(t *testing.T, h Harness) {
	a, o := h.paged(t, confirming)
	b := a.browser()
	page := b.visit("/auth/register/?next=/api/page")
	b.submit("/auth/register/", page, url.Values{"email": {ann}, "password": {userPassword}, "confirm_password": {userPassword}}).
		leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	b.visit("/auth/login/").shows(t, http.StatusOK, "Confirm your address by the link")
	b.logIn(ann, "").shows(t, http.StatusUnauthorized, "do not fit together")
	link := a.newest(o)
	b.visit(link).shows(t, http.StatusOK, "Confirm")
	b.logIn(ann, "").shows(t, http.StatusUnauthorized, "do not fit together") // a link that was only looked at

	again := b.visit("/auth/email-confirm/")
	b.submit("/auth/email-confirm/", again, url.Values{"email": {ann}}).leads(t, "/auth/password-reset/sent/")
	newer := a.newest(o)
	confirm := func(link string) reply {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		return b.submit(u.Path, b.visit(link), nil, "Origin", "null")
	}
	confirm(link).shows(t, http.StatusBadRequest, "not valid")
	a.pass(71 * time.Hour)
	confirm(newer).leads(t, "/auth/login/")
	confirm(newer).shows(t, http.StatusBadRequest, "not valid")
	b.logIn(ann, "").leads(t, "/")
	if a.count(auth.EventEmailConfirmed) != 1 {
		t.Error("it is not told")
	}
	b.submit("/auth/email-confirm/", again, url.Values{"email": {ann}}, "X-CSRFToken", b.cookie("csrf"))
	if a.drain(); o.count() != 2 {
		t.Error("who has confirmed is mailed again")
	}
}

// RG-01, RG-11.
func confirmByReset(t *testing.T, h Harness) {
	a, o := h.paged(t, confirming)
	b := a.browser()
	b.get(b.path("/csrf/"))
	b.post("/create-user/", object{"email": ann, "password": userPassword}).want(t, http.StatusCreated, "")
	b.post("/token/", object{"email": ann, "password": userPassword}).want(t, http.StatusUnauthorized, loginFailedBody)
	b.post("/password-change/", object{"email": ann, "password": userPassword, "new_password": freshPassword}).want(t, http.StatusBadRequest, credentialsBody)
	a.drain()
	b.ask(ann)
	b.set(a.newest(o), freshPassword).leads(t, "/auth/login/?next=%2Fapi%2Fpage")
	b.get(b.path("/csrf/"))
	b.post("/token/", object{"email": ann, "password": userPassword}).want(t, http.StatusUnauthorized, loginFailedBody)
	b.post("/token/", object{"email": ann, "password": freshPassword}).want(t, http.StatusOK, "")
	if a.row("1").Codes["confirm"] != "" {
		t.Error("the first code is still good")
	}
}

func confirmNothing(t *testing.T, h Harness) {
	a, o := h.paged(t)
	b := a.browser()
	b.get(b.path("/csrf/"))
	b.post("/create-user/", object{"email": ann, "password": userPassword}).want(t, http.StatusCreated, "")
	b.enter(ann)
	if a.drain(); o.count() > 0 {
		t.Error("a mail was sent")
	}
	made, _ := h.paged(t, confirming)
	made.user(ann) // from Go
	made.entered(ann)
}
