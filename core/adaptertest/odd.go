package adaptertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

var oddClaims = []claim{
	{"a claim of another type than it should have is refused", oddlyTyped},
	{"a claim that is missing is named", missingClaims},
	{"a kind that is not known is refused", unknownKinds},
	{"odd but right claims are accepted", oddButRight},
	{"a payload that two parsers could read differently is refused", oddPayloads},
	{"a user that does not exist is not found", unknownUsers},
	{"an inactive and a deleted user are refused", usersWhoAreGone},
	{"an odd refresh token is refused like an odd access token", oddRefreshTokens},
	{"whatever a refresh token says, it ends with its session", lateRefreshTokens},
}

// odd are values of claims that are refused: right signature, wrong shape.
var odd = map[string][]string{
	"exp": {
		`"1767229200"`, `true`, `null`, `[]`, `{}`, `-1`, `0`, `1e300`, `9007199254740993`, `9223372036854775808`,
		`1000000000000000000`, `"soon"`, `1767225600`, `1767225600.0`, `-1767229200`,
	},
	"iat": {`"1767225600"`, `true`, `null`, `[]`, `-1`, `1e300`, `1767225601`, `1767225600.5`},
	"nbf": {`"1767225600"`, `false`, `null`, `{}`, `-1`, `1e300`, `1767225601`},
	"jti": {`1`, `true`, `null`, `""`, `[]`, `{}`, `["a"]`},
	"token_type": {
		`1`, `null`, `""`, `["access"]`, `{"access":1}`, `true`,
	},
	"user_id": {
		`true`, `false`, `2.9`, `1.0`, `null`, `[]`, `[1]`, `{}`, `"abc"`, `""`, `"01"`, `"+1"`, `" 1"`, `"1 "`,
		`-1`, `"-1"`,
		`1e0`, `1e30`, `"1.0"`, `"１"`, `"0x1"`, `"1_0"`, `-0`,
	},
	"sid":   {`1`, `null`, `""`, `true`, `[]`},
	"epoch": {`"1"`, `-1`, `1.5`, `null`, `true`},
}

// JW-08, JW-09 and JW-11.
func oddlyTyped(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for claim, values := range odd {
		for _, value := range values {
			token := a.foreign("access", u.ID, object{claim: raw(value)})
			p := a.get("/api/me", token)
			if p.status != http.StatusUnauthorized || p.text != refusedBody(invalidText) {
				t.Errorf("%s = %s: %d %s", claim, value, p.status, p.text)
			}
			if p := a.verify(token); p.status != http.StatusUnauthorized || p.text != invalidBody {
				t.Errorf("%s = %s: verify: %d %s", claim, value, p.status, p.text)
			}
		}
	}
	a.refusals("Bearer "+a.foreign("access", u.ID, object{"jti": strings.Repeat("x", 256)}),
		refusedBody(invalidText))
	if a.hit("/api/me") != 0 {
		t.Error("the handler ran")
	}
}

func missingClaims(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for claim, message := range map[string]string{
		"exp": "Token has no 'exp' claim", "jti": "Token has no id", "token_type": "Token has no type",
	} {
		token := a.foreign("access", u.ID, object{claim: absent})
		a.refusals("Bearer "+token, refusedBody(message))
		a.verify(token).want(t, http.StatusUnauthorized, tokenBody(message))
	}
	a.refusals("Bearer "+a.foreign("access", u.ID, object{"user_id": absent}), noUserClaimBody)
	a.refusals("Bearer "+mint(hs256, `{}`), refusedBody("Token has no 'exp' claim"))
}

// TC-03: a token for any other purpose is none of these.
func unknownKinds(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for _, kind := range []string{
		"reset", "csrf", "ACCESS", "access ", "Access", "sliding", "refresh", "аccess",
	} {
		token := a.foreign(kind, u.ID, nil)
		a.refusals("Bearer "+token, refusedBody(wrongKindText))
		if kind != "refresh" {
			a.refresh(token).want(t, http.StatusUnauthorized, wrongKindBody)
		}
		a.verify(token).want(t, http.StatusOK, "{}")
	}
}

func oddButRight(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for claim, values := range map[string][]string{
		"exp":     {`1767225600.5`, `1767225601`, `1.7672256011e9`, `9007199254740992`, `17672256010E-1`},
		"iat":     {`0`, `1767225600`, `1767225600.0`},
		"nbf":     {`0`, `1767225600`},
		"jti":     {`"x"`, `"` + strings.Repeat("x", 255) + `"`, `"é\n"`},
		"user_id": {u.ID, `"` + u.ID + `"`},
		"aud":     {`"another service"`, `["a","b"]`},
		"iss":     {`"https://example.com"`},
		"custom":  {`{"a":[1,2,{"b":null}]}`, `null`, `-1e-5`},
		"epoch":   {`0`, `9007199254740992`},
	} {
		for _, value := range values {
			p := a.get("/api/me", a.foreign("access", u.ID, object{claim: raw(value)}))
			if p.status != http.StatusOK || p.field("id") != u.ID {
				t.Errorf("%s = %s: %d %s", claim, value, p.status, p.text)
			}
		}
	}
	a.get("/api/me", a.foreign("access", u.ID, object{"iat": absent})).want(t, http.StatusOK, "")
}

// JW-11.
func oddPayloads(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	p := a.good(u.ID)
	open := p[:len(p)-1]
	many := strings.Builder{}
	for i := range 100 {
		fmt.Fprintf(&many, `,"x%d":1`, i)
	}
	for _, payload := range []string{
		``, `null`, `[]`, `"x"`, `1`, `true`, p + p, p + " x", p + ",", "\xef\xbb\xbf" + p, "[" + p + "]", open,
		p[1:],
		open + `,"user_id":` + u.ID + `}`, open + `,"exp":9999999999}`, open + `,"EXP":9999999999}`,
		open + `,"User_Id":1}`,
		open + `,"us\u0065r_id":1}`, open + `,"x":"` + "\xff" + `"}`, open + `,"x":"\ud800"}`, open + `,"x":NaN}`,
		open + `,"x":01}`,
		open + `,"x":` + strings.Repeat("[", 9999) + strings.Repeat("]", 9999) + `}`, open + many.String() + `}`,
		open + `,"x":{"a":1,"a":2}}`, open + `,}`, strings.ReplaceAll(p, `"`, `'`), "\x00" + p, p + "\x00",
		open + `,"sub":"` + strings.Repeat("x", 10<<10) + `"}`,
	} {
		r := a.get("/api/me", mint(hs256, payload))
		if r.status != http.StatusUnauthorized || r.text != refusedBody(invalidText) {
			t.Errorf("%.80q: %d %s", payload, r.status, r.text)
		}
	}
	a.get("/api/me", mint(hs256, " \t\r\n"+p+"\n")).want(t, http.StatusOK, "")
	a.get("/api/me", mint(hs256, open+`,"x":{"a":1,"A":2}}`)).want(t, http.StatusOK, "")
}

func unknownUsers(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	for _, id := range []string{
		"0", "999999", `"999999"`, "9007199254740993", "9223372036854775807", "9223372036854775808",
		"18446744073709551617", "100000000000000000000000000000", "1000000000000000000000000000000",
	} {
		a.refusals("Bearer "+a.foreign("access", id, nil), userNotFoundBody)
		a.refresh(a.foreign("refresh", id, nil)).want(t, http.StatusUnauthorized, noAccountBody)
	}
}

// RF-09.
func usersWhoAreGone(t *testing.T, h Harness) {
	a := h.app(t, easy)
	u, v := a.user(ann), a.user("bob@example.com")
	access := [2]string{a.login(ann).access, a.login("bob@example.com").access}
	a.update(u.ID, deactivate)
	a.refusals("Bearer "+access[0], userInactiveBody)
	a.remove(v.ID)
	a.refusals("Bearer "+access[1], userNotFoundBody)
	a.refusals("Bearer "+a.foreign("access", u.ID, nil), userInactiveBody)
	w := a.user("bob@example.com")
	if w.ID == v.ID {
		t.Errorf("id %s was given out again", v.ID)
	}
	a.refusals("Bearer "+access[1], userNotFoundBody)
}

func oddRefreshTokens(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	for claim, values := range odd {
		for _, value := range values {
			token := a.foreign("refresh", u.ID, object{claim: raw(value)})
			for _, endpoint := range []string{"/token/refresh/", "/token/blacklist/", "/token/sliding/refresh/"} {
				p := a.post(endpoint, object{"refresh": token, "token": token})
				if p.status != http.StatusUnauthorized || p.text != invalidBody {
					t.Errorf("%s: %s = %s: %d %s", endpoint, claim, value, p.status, p.text)
				}
			}
		}
	}
	a.refresh(a.foreign("refresh", u.ID, object{"user_id": absent})).
		want(t, http.StatusUnauthorized, noAccountBody)
	a.refresh(a.foreign("refresh", u.ID, object{"jti": absent})).
		want(t, http.StatusUnauthorized, tokenBody("Token has no id"))
	if n := a.live(u.ID); n != 0 {
		t.Errorf("%d sessions came of odd tokens", n)
	}
}

// Whoever shares the key can write any expiry beside the ids of a session.
func lateRefreshTokens(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	given := a.login(ann).refresh
	late := a.foreign("refresh", u.ID, object{
		"sid": text(t, given, "sid"), "jti": text(t, given, "jti"), "exp": start.Add(48 * time.Hour).Unix(),
	})
	a.pass(24*time.Hour - time.Second)
	a.verify(late).want(t, http.StatusOK, "{}")
	a.pass(time.Second)
	a.verify(late).want(t, http.StatusUnauthorized, invalidBody)
	a.refresh(late).want(t, http.StatusUnauthorized, invalidBody)
}
