package token_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

// checkVerify wants Verify to answer exactly want, and to leave nothing behind when that is an
// error.
func checkVerify(t *testing.T, c *token.Codec, raw string, want error) {
	t.Helper()
	cl := token.Claims{User: "left over", Session: "left over"}
	err := c.Verify(raw, t0, &cl)
	if !errors.Is(err, want) || (want == nil) != (err == nil) {
		t.Errorf("Verify = %v, want %v", err, want)
	}
	if want != nil && !errors.Is(want, token.ErrExpired) && errors.Is(err, token.ErrExpired) {
		t.Errorf("Verify = %v, want a fault that is not the expiry", err)
	}
	if err != nil && (cl.User != "" || cl.ID != "" || cl.Session != "" || cl.Kind != "" || !cl.ExpiresAt.IsZero()) {
		t.Errorf("a refused token left %+v", cl)
	}
}

func TestVerifyFillsTheClaims(t *testing.T) {
	c := hsCodec(t, token.Config{})
	payload := `{"token_type":"sliding","exp":1767225900.5,"iat":1767225600,"nbf":1767225599,"jti":"j\u00e91",` +
		`"refresh_exp":1767229200,"user_id":"42","sid":"s1","epoch":7,"hash_password":"AB","x":{"a":[1,2]}}`
	var cl token.Claims
	noError(t, c.Verify(mintHS(t, payload), t0, &cl))
	want := token.Claims{
		Kind: token.Sliding, ID: "jé1", User: "42", Session: "s1", Revoke: "AB", Epoch: 7, HasEpoch: true,
		ExpiresAt: time.Unix(1767225900, 5e8).UTC(), IssuedAt: t0, NotBefore: t0.Add(-time.Second),
		RefreshExpiresAt: t0.Add(time.Hour), Payload: token.Payload(payload),
	}
	got, _, _ := strings.Cut(fmt.Sprintf("%+v", cl), " custom:")
	if same, _, _ := strings.Cut(fmt.Sprintf("%+v", want), " custom:"); got != same {
		t.Errorf("claims\n%s\nwant\n%s", got, same)
	}
}

func TestExpiredIsInvalid(t *testing.T) {
	if !errors.Is(token.ErrExpired, token.ErrInvalid) {
		t.Error("ErrExpired is not ErrInvalid")
	}
	for _, err := range []error{
		token.ErrNoExpiry, token.ErrNoID, token.ErrNoKind, token.ErrNoRefreshExpiry, token.ErrRefreshExpired,
	} {
		if errors.Is(err, token.ErrInvalid) {
			t.Errorf("%v is ErrInvalid", err)
		}
	}
}

func TestCheckRefresh(t *testing.T) {
	c := hsCodec(t, token.Config{Leeway: time.Second})
	for _, test := range []struct {
		end  time.Time
		want error
	}{
		{time.Time{}, token.ErrNoRefreshExpiry},
		{t0.Add(-time.Second), token.ErrRefreshExpired},
		{t0.Add(-time.Second + 1), nil},
		{t0.Add(time.Hour), nil},
		{time.Unix(0, 0), token.ErrRefreshExpired},
	} {
		cl := token.Claims{RefreshExpiresAt: test.end}
		if err := c.CheckRefresh(&cl, t0); !errors.Is(err, test.want) {
			t.Errorf("CheckRefresh(%v) = %v, want %v", test.end, err, test.want)
		}
	}
}

func TestRenamedClaims(t *testing.T) {
	c := hsCodec(t, token.Config{Names: token.Names{
		Kind: "kind", ID: "id", User: "sub", Session: "family", Epoch: "ver", Revoke: "rev", RefreshExpiry: "rexp",
	}})
	payload := `{"kind":"access","exp":1767225900,"id":"i","sub":3,"family":"f","ver":4,"rev":"r","rexp":1767225901,` +
		`"token_type":null,"jti":null,"user_id":null,"sid":null,"epoch":null,"hash_password":null,"refresh_exp":null}`
	var cl token.Claims
	noError(t, c.Verify(mintHS(t, payload), t0, &cl))
	if cl.Kind != token.Access || cl.ID != "i" || cl.User != "3" || cl.Session != "f" || cl.Epoch != 4 ||
		cl.Revoke != "r" || cl.RefreshExpiresAt.Unix() != 1767225901 {
		t.Errorf("claims = %+v", cl)
	}
	checkVerify(t, c, mintHS(t, goodPayload), token.ErrNoID)
}

func TestMembers(t *testing.T) {
	c := hsCodec(t, token.Config{})
	payload := `{"token_type":"access", "exp" : 1767225900,"jti":"j","n\u00e4me": [1, {"a":2}] ,"empty":"","z":null}`
	var cl token.Claims
	noError(t, c.Verify(mintHS(t, payload), t0, &cl))
	var got []string
	for name, value := range cl.Members() {
		got = append(got, name+"="+value)
	}
	want := `token_type="access"|exp=1767225900|jti="j"|näme=[1, {"a":2}]|empty=""|z=null`
	if strings.Join(got, "|") != want {
		t.Errorf("Members = %q, want %q", got, want)
	}
	for range cl.Members() {
		break
	}
	for name, want := range map[string]string{
		"exp": "1767225900", "näme": `[1, {"a":2}]`, "z": "null", "empty": `""`, "a": "", "EXP": "", "": "",
	} {
		if value, ok := cl.Member(name); value != want || ok != (want != "") {
			t.Errorf("Member(%q) = %q, %v, want %q", name, value, ok, want)
		}
	}
	if value, ok := (&token.Claims{}).Member("exp"); ok {
		t.Errorf("no token has a member %q", value)
	}
}

func TestVerifyAllocatesTwiceAtMost(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := hsCodec(t, token.Config{})
	raw := mintHS(t, strings.TrimSuffix(goodPayload, "}")+`,"sid":"s","roles":["a","b"],"x":{"y":1,"z":2}}`)
	var cl token.Claims
	verify := func() {
		if c.Verify(raw, t0, &cl) != nil {
			t.Fatal("refused")
		}
	}
	if n := testing.AllocsPerRun(100, verify); n > 2 {
		t.Errorf("Verify allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { cl.Member("z") }); n > 0 {
		t.Errorf("Member allocates %v times", n)
	}
	bad := raw[:len(raw)-43] + strings.Repeat("A", 43)
	if n := testing.AllocsPerRun(100, func() { _ = c.Verify(bad, t0, &cl) }); n > 0 {
		t.Errorf("refusing a signature allocates %v times", n)
	}
	mint := benchClaims(t0)
	if n := testing.AllocsPerRun(100, func() { _, _ = c.Mint(&mint) }); n > 6 {
		t.Errorf("Mint allocates %v times", n)
	}
}

func TestCodecServesManyGoroutines(t *testing.T) {
	rsaKey, _, _ := keysFor(t, token.RS256, "r")
	c := newCodec(t, token.Config{
		Sign: secretKey(t, "h", token.HS256, k1[:]), Verify: []token.Key{secretKey(t, "i", token.HS256, k2[:]), rsaKey},
	})
	other := newCodec(t, token.Config{Sign: rsaKey})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 50 {
				minting := c
				if i%10 == 0 {
					minting = other
				}
				checkRoundTrip(t, minting, c, fmt.Sprint(g*1000+i))
			}
		})
	}
	wg.Wait()
}

func checkRoundTrip(t *testing.T, minting, verifying *token.Codec, user string) {
	t.Helper()
	want := token.Claims{Kind: token.Access, ID: token.NewID(), User: user, IssuedAt: t0, ExpiresAt: t0.Add(time.Second)}
	raw, err := minting.Mint(&want)
	var got token.Claims
	if err := errors.Join(err, verifying.Verify(raw, t0, &got)); err != nil || got.ID != want.ID || got.User != user {
		t.Errorf("Verify = %v, %+v, want %+v", err, got, want)
	}
}

// Callers may keep what they make of a fault, so the same fault must be the same error.
func TestEveryFaultIsMadeOnce(t *testing.T) {
	c := hsCodec(t, token.Config{Issuer: "me", Audience: []string{"api"}})
	faults := map[error]bool{}
	for i := range 50 {
		name := fmt.Sprint(i)
		for _, raw := range []string{
			name, strings.Repeat(name, 9000), mint(t, `{"alg":"`+name+`"}`, goodPayload, "HS256", k1[:]),
			mint(t, `{"alg":"HS256","kid":`+name+`}`, goodPayload, "HS256", k1[:]), mintHS(t, goodPayload) + name,
			mint(t, `{"alg":"HS256","crit":["`+name+`"]}`, goodPayload, "HS256", k1[:]), mint(t, name, name, "HS256", k1[:]),
			mint(t, headHS256, goodPayload, "HS256", k2[:]), mintHS(t, name), mintHS(t, `{"exp":"`+name+`"}`),
			mintHS(t, `{"iss":"`+name+`"}`), mintHS(t, `{"aud":"`+name+`"}`), mintHS(t, `{"aud":["`+name+`"]}`),
			mintHS(t, `{"jti":`+name+`}`), mintHS(t, `{"user_id":-`+name+`}`), mintHS(t, `{"epoch":-`+name+`}`),
			mintHS(t, `{"iss":"me","aud":"api","x":`+name+`}`), mintHS(t, `{"iss":"me","aud":"api","exp":`+name+`}`),
			mintHS(t, `{"iss":"me","aud":"api","exp":2e9,"nbf":199999999`+name+`}`),
		} {
			err := c.Verify(raw, t0, new(token.Claims))
			if err == nil {
				t.Fatalf("%q is accepted", raw)
			}
			faults[err] = true
		}
	}
	if len(faults) > 17 {
		t.Errorf("%d errors: %v", len(faults), faults)
	}
}
