package adaptertest

import (
	"crypto"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/token"
)

// hs256 is the header of every token of the protocol.
const hs256 = `{"alg":"HS256","typ":"JWT"}`

// mint makes a token of any texts, so that it can be what no library would make.
func mint(header, payload string) string { return sign(signingKey, header, payload) }

func sign(key, header, payload string) string {
	return forge.HMAC(crypto.SHA256, key, header, payload)
}

// raw is a claim's value as JSON text.
type raw = json.RawMessage

// absent drops a claim.
const absent = "absent"

// foreign mints a token as another service that shares the key does: of its user, without a
// session. Changes replace claims.
func (a *app) foreign(kind, user string, changes object) string {
	a.t.Helper()
	now := a.clock()
	payload := object{
		"token_type": kind, "jti": token.NewID(), "user_id": raw(user),
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
	if kind == "refresh" {
		payload["exp"] = now.Add(24 * time.Hour).Unix()
	}
	maps.Copy(payload, changes)
	maps.DeleteFunc(payload, func(_ string, v any) bool { return v == absent })
	return mint(hs256, encoded(a.t, payload))
}

// payload returns the text of a token's payload, unverified.
func payload(t *testing.T, raw string) string {
	t.Helper()
	_, text, err := forge.Texts(raw)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// claims returns the payload of a token, unverified.
func claims(t *testing.T, raw string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(payload(t, raw)))
	decoder.UseNumber()
	var c map[string]any
	if err := decoder.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// text returns a claim that is a string.
func text(t *testing.T, raw, claim string) string {
	t.Helper()
	s, ok := claims(t, raw)[claim].(string)
	if !ok {
		t.Fatalf("claim %s is no string in %s", claim, payload(t, raw))
	}
	return s
}

// moment returns a claim that is a time.
func moment(t *testing.T, raw, claim string) time.Time {
	t.Helper()
	n, _ := claims(t, raw)[claim].(json.Number)
	seconds, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil {
		t.Fatalf("claim %s = %v", claim, n)
	}
	return time.Unix(seconds, 0).UTC()
}
