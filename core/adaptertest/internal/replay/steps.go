package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/password"
)

// changed are the passwords that the recorded changes gave, by user.
var changed = map[string]string{"pwchange@test.com": "N3wP@ss!2026", "user@test.com": "Brand!New9x"}

// step is what went before an exchange besides making its tokens: before that, and after it.
type step struct{ first, then func(*stage) }

// steps are what went before, by exchange. What the placeholder of a token says is not here.
var steps = map[string]step{
	"s1-218": {then: changePassword("pwchange@test.com")},
	"s1-220": {then: changePassword("pwchange@test.com")},
	"s2-259": {then: rotate("<refresh-0>")},
	"s2-263": {then: blacklist("<refresh-1>")},
	"s2-266": {then: rotate("<refresh-0>")},
	"s2-268": {then: rotate("<refresh-0>")},
	"s2-269": {then: blacklistOfAccess},
	"s2-270": {then: blacklistOfAccess},
	"s2-273": {then: blacklist("<refresh-x>")},
	"s2-274": {then: blacklist("<refresh-x>")},
	"s2-275": {then: blacklist("<refresh-x>")},
	"s2-288": {then: deactivateSecond},
	"s2-289": {then: deactivateSecond},
	"s2-306": {then: changePassword("pwchange@test.com")},
	"s2-310": {first: storeOldHash},
	"s2-311": {first: storeOldHash},
	"s2-312": {first: storeOldHash, then: loginAgain},
	"s2-322": {then: slide},
	"s2-335": {then: endSliding},
	"s2-336": {then: endSliding},
	"s2-337": {then: endSliding},
	"s3-451": {then: deactivateAtClient},
	"s3-452": {then: renameSecond},
	"s3-455": {first: registerAttacker},
	"s3-456": {first: meetSecond},
	"s3-492": {first: changePassword("user@test.com")},
	"s4-636": {then: rotate("<refresh>")},
	"s4-638": {then: blacklist("<refresh>")},
	"s4-640": {then: logoutAtClient},
	"s4-641": {then: logoutAtClient},
	"s4-649": {then: changePassword("user@test.com")},
	"s5-658": {first: giveExtra("staff")},
	"s5-659": {first: giveExtra("staff")},
	"s5-661": {first: giveExtra("customer")},
	"s5-663": {first: giveExtra("")},
}

// befall does to the holder of a token what its placeholder says.
func (s *stage) befall(name string) {
	s.t.Helper()
	holder := func() string { return fmt.Sprint(s.holder(members(s.t, s.exchange.Tokens[name].Payload)).ID) }
	switch {
	case strings.HasSuffix(name, "-of-deleted-user>"):
		if err := s.service.DeleteUser(s.t.Context(), holder()); err != nil {
			s.t.Fatal(err)
		}
	case strings.HasSuffix(name, "-of-deactivated-user>"):
		s.deactivate(holder())
	case strings.HasSuffix(name, "-before-change>"):
		changePassword("pwchange@test.com")(s)
	}
}

func (s *stage) deactivate(id string) {
	s.t.Helper()
	s.update(id, func(u *auth.User) { u.Active = false })
}

func (s *stage) update(id string, change func(*auth.User)) {
	s.t.Helper()
	_, err := s.service.UpdateUser(s.t.Context(), auth.UserKey{ID: id}, func(u *auth.User) error {
		change(u)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func deactivateSecond(s *stage) { s.deactivate("7") }

func giveExtra(userType string) func(*stage) {
	return func(s *stage) {
		s.update("2", func(u *auth.User) { u.Extra = json.RawMessage(`{"user_type":"` + userType + `"}`) })
	}
}

func changePassword(email string) func(*stage) {
	return func(s *stage) {
		all := recorded.People().Users
		i := slices.IndexFunc(all, func(p recorded.User) bool { return p.Email == email })
		s.post("/password-change/",
			`{"email":"`+email+`","password":"`+all[i].Password+`","new_password":"`+changed[email]+`"}`)
	}
}

func rotate(name string) func(*stage) {
	return func(s *stage) { s.post("/token/refresh/", s.placed(`{"refresh":"`+name+`"}`)) }
}

func blacklist(name string) func(*stage) {
	return func(s *stage) { s.post("/token/blacklist/", s.placed(`{"refresh":"`+name+`"}`)) }
}

// blacklistOfAccess ends the refresh token that came with the access token, where one did.
func blacklistOfAccess(s *stage) {
	if s.refresh != "" {
		s.post("/token/blacklist/", `{"refresh":"`+s.refresh+`"}`)
	}
}

func slide(s *stage) { s.post("/token/refresh/", s.placed(`{"token":"<sliding>"}`)) }

func endSliding(s *stage) { s.post("/token/logout/", s.placed(`{"token":"<sliding>"}`)) }

// storeOldHash stores a password in a form that the next login replaces.
func storeOldHash(s *stage) {
	s.t.Helper()
	hasher, err := password.New(password.Config{Algorithm: password.PBKDF2, Weak: true})
	if err != nil {
		s.t.Fatal(err)
	}
	hash, err := hasher.Hash(context.Background(), "user-pass")
	if err != nil {
		s.t.Fatal(err)
	}
	u := s.user("2")
	u.PasswordHash = auth.Secret(hash)
	if err := s.store.UpdateUser(s.t.Context(), u); err != nil {
		s.t.Fatal(err)
	}
}

func loginAgain(s *stage) {
	s.post("/token/", `{"email":"user@test.com","password":"user-pass"}`)
}
