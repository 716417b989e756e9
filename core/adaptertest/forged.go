package adaptertest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/internal/forge"
)

var forgedClaims = []claim{
	{"a signature of another key is refused", otherKeys},
	{"a payload that was changed is refused", changedPayloads},
	{"an algorithm that is not the configured one is refused", otherAlgorithms},
	{"what is no compact token is refused", brokenTokens},
	{"a token of more than 8192 bytes is refused", longTokens},
	{"a token is good until it expires", tokensExpire},
	{"clocks may differ by the leeway", leeway},
	{"issuer and audience must be the configured ones", issuerAndAudience},
	{"a refresh token is no access token", refreshIsNoAccess},
}

// good is the payload of a token that would be accepted from the right key.
func (a *app) good(user string) string {
	a.t.Helper()
	return payload(a.t, a.foreign("access", user, nil))
}

func otherKeys(t *testing.T, h Harness) {
	a := h.app(t, nil)
	p := a.good(a.user(ann).ID)
	a.get("/api/me", mint(hs256, p)).want(t, http.StatusOK, "")
	for _, key := range []string{"", "k", signingKey + " ", signingKey[1:], strings.ToUpper(signingKey), "secret", forge.Base64(signingKey)} {
		a.refusals("Bearer "+sign(key, hs256, p), refusedBody(invalidText))
	}
	for _, endpoint := range []string{
		"/token/refresh/", "/token/verify/", "/token/blacklist/", "/token/sliding/refresh/",
	} {
		forged := sign("k", hs256, p)
		a.post(endpoint, object{"refresh": forged, "token": forged}).
			want(t, http.StatusUnauthorized, invalidBody)
	}
}

func changedPayloads(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	root := a.user("root@example.com")
	tokens := a.login(ann)
	for _, token := range []string{tokens.access, tokens.refresh} {
		parts := strings.Split(token, ".")
		for _, other := range []string{
			strings.Replace(payload(t, token), `"user_id":1`, `"user_id":`+root.ID, 1),
			strings.Replace(payload(t, token), `"exp":17`, `"exp":27`, 1),
			strings.Replace(payload(t, token), `"token_type":"refresh"`, `"token_type":"access"`, 1) + " ",
		} {
			forged := parts[0] + "." + forge.Base64(other) + "." + parts[2]
			if forged == token {
				t.Fatal("nothing changed")
			}
			a.refusals("Bearer "+forged, refusedBody(invalidText))
			a.refresh(forged).want(t, http.StatusUnauthorized, invalidBody)
			a.verify(forged).want(t, http.StatusUnauthorized, invalidBody)
		}
	}
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
}

// JW-01, and TC-06 as far as the protocol has it: a foreign typ is ignored.
func otherAlgorithms(t *testing.T, h Harness) {
	a := h.app(t, nil)
	p := a.good(a.user(ann).ID)
	for _, alg := range []string{
		`"none"`, `"None"`, `"NONE"`, `"nOnE"`, `""`, `" HS256"`, `"hs256"`, `null`, `1`, `["HS256"]`,
		`"none\u0000"`,
		`"HS384"`, `"HS512"`, `"RS256"`, `"EdDSA"`, `true`, `{}`,
	} {
		header := `{"alg":` + alg + `,"typ":"JWT"}`
		right := mint(header, p)
		unsigned := right[:strings.LastIndexByte(right, '.')+1]
		for _, token := range []string{right, unsigned, unsigned + forge.Base64(strings.Repeat("x", 32))} {
			a.refusals("Bearer "+token, refusedBody(invalidText))
			a.verify(token).want(t, http.StatusUnauthorized, invalidBody)
		}
	}
	for _, header := range []string{
		`{}`, `{"typ":"JWT"}`, `{"alg":"HS256","alg":"none"}`, `{"alg":"HS256","ALG":"none"}`, `[]`, `null`,
		`"HS256"`, ``,
		`{"alg":"HS256","crit":["exp"]}`, `{"alg":"HS256","crit":[]}`, `{"alg":"HS256"`, `{"alg":"HS256"}x`,
		`{"alg":"HS256","kid":1}`,
	} {
		a.refusals("Bearer "+mint(header, p), refusedBody(invalidText))
	}
	for _, header := range []string{
		`{"alg":"HS256"}`, `{"typ":"at+jwt","alg":"HS256"}`, `{"typ":"secevent+jwt","alg":"HS256"}`,
		`{"typ":"at+jwt; x=1","alg":"HS256"}`, `{"typ":null,"alg":"HS256"}`, `{"alg":"HS256","kid":"a key of another service"}`,
		`{"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"jku":"http://127.0.0.1/"}`,
	} {
		a.get("/api/me", mint(header, p)).want(t, http.StatusOK, "")
	}
}

// JW-06.
func brokenTokens(t *testing.T, h Harness) {
	a := h.app(t, nil)
	token := mint(hs256, a.good(a.user(ann).ID))
	parts := strings.Split(token, ".")
	last := token[len(token)-1:]
	flattened := `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`
	general := `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] +
		`","signature":"` + parts[2] + `"}]}`
	for _, broken := range []string{
		general, token + "." + parts[1] + "." + parts[2], token + "." + token, "{" + token, token[:30] + `"` + token[30:],
		".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d", parts[0], parts[0] + "." + parts[1],
		parts[0] + "." + parts[1] + ".",
		"." + parts[1] + "." + parts[2], parts[0] + ".." + parts[2], token + ".", "." + token,
		token + "." + parts[2],
		token + "=", token + "A", token[:len(token)-1], strings.ReplaceAll(token, ".", "%2E"), token + "\n.x",
		parts[0] + "." + parts[1] + "=." + parts[2], flattened, token[:40] + "+" + token[41:],
		`"` + token + `"`,
		token[:len(token)-1] + nextTo(last), "{}", strings.ToUpper(token), token + "é",
	} {
		a.refusals("Bearer "+broken, refusedBody(invalidText))
		a.verify(broken).want(t, http.StatusUnauthorized, invalidBody)
	}
}

// nextTo returns the base64url letter that differs from another in its unused last bits alone.
func nextTo(letter string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return letters[strings.Index(letters, letter)^1:][:1]
}

// DS-02.
func longTokens(t *testing.T, h Harness) {
	a := h.app(t, nil)
	p := a.good(a.user(ann).ID)
	long := func(size int) string {
		for pad := size/2 - len(p); ; pad++ {
			if token := mint(hs256, p+strings.Repeat(" ", pad)); len(token) >= size {
				return token
			}
		}
	}
	a.get("/api/me", long(8191)).want(t, http.StatusOK, "")
	a.refusals("Bearer "+long(8194), refusedBody(invalidText))
	for _, junk := range []string{
		strings.Repeat(".", 900<<10), strings.Repeat("a", 900<<10), strings.Repeat("a.", 450<<10),
	} {
		a.refusals("Bearer "+junk, refusedBody(invalidText))
	}
}

// JW-08.
func tokensExpire(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	a.pass(5*time.Minute - time.Nanosecond)
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.pass(time.Nanosecond)
	a.refusals("Bearer "+tokens.access, refusedBody(invalidText))
	a.verify(tokens.access).want(t, http.StatusUnauthorized, invalidBody)
	a.pass(24*time.Hour - 5*time.Minute - time.Nanosecond)
	a.verify(tokens.refresh).want(t, http.StatusOK, "{}")
	a.pass(time.Nanosecond)
	a.verify(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
	a.refresh(tokens.refresh).want(t, http.StatusUnauthorized, invalidBody)
}

// JW-08 and JW-09.
func leeway(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) { s.Signing.Leeway = 30 * time.Second })
	u := a.user(ann)
	now := start.Unix()
	for claim, at := range map[string][2]int64{
		"exp": {now - 29, now - 30}, "nbf": {now + 30, now + 31}, "iat": {now + 30, now + 31},
	} {
		a.get("/api/me", a.foreign("access", u.ID, object{claim: at[0]})).want(t, http.StatusOK, "")
		a.refusals("Bearer "+a.foreign("access", u.ID, object{claim: at[1]}), refusedBody(invalidText))
	}
	strict := h.app(t, nil)
	v := strict.user(ann)
	for _, claim := range []string{"nbf", "iat"} {
		strict.get("/api/me", strict.foreign("access", v.ID, object{claim: now})).want(t, http.StatusOK, "")
		strict.refusals("Bearer "+strict.foreign("access", v.ID, object{claim: now + 1}), refusedBody(invalidText))
	}
}

// JW-10, and TC-06: a token for another service of the issuer.
func issuerAndAudience(t *testing.T, h Harness) {
	a := h.app(t, func(s *auth.Settings) {
		s.Signing.Issuer, s.Signing.Audience = "https://auth.example.com", []string{"api"}
	})
	u := a.user(ann)
	tokens := a.login(ann)
	if p := payload(t, tokens.access); !strings.HasSuffix(p, `,"aud":"api","iss":"https://auth.example.com"}`) {
		t.Errorf("payload = %s", p)
	}
	a.get("/api/me", tokens.access).want(t, http.StatusOK, "")
	a.refresh(tokens.refresh).want(t, http.StatusOK, "")
	right := object{"iss": "https://auth.example.com", "aud": []string{"other", "api"}}
	a.get("/api/me", a.foreign("access", u.ID, right)).want(t, http.StatusOK, "")
	for claim, values := range map[string][]any{
		"iss": {
			"https://auth.example.com/", "https://AUTH.example.com", "https://auth.example.co",
			"https://auth.example.com.evil.com",
			[]string{"https://auth.example.com"},
			absent, "", nil, 1,
		},
		"aud": {
			absent, "",
			[]string{""},
			"API", "api ",
			[]string{"other"},
			"billing",
			object{"api": 1},
			nil,
			[]any{},
			[]any{1, "api"},
		},
	} {
		for _, value := range values {
			wrong := object{"iss": right["iss"], "aud": right["aud"], claim: value}
			a.refusals("Bearer "+a.foreign("access", u.ID, wrong), refusedBody(invalidText))
		}
	}
}

// TC-01.
func refreshIsNoAccess(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	a.refusals("Bearer "+a.login(ann).refresh, refusedBody(wrongKindText))
}
