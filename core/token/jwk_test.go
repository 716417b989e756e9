package token_test

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/token"
)

// The samples of RFC 7638 §3.1 and RFC 8037 appendix A.
const (
	rfc7638 = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRX` +
		`jBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6` +
		`qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",` +
		`"e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	rfc8037 = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",` +
		`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
)

// JW-16.
func TestThumbprints(t *testing.T) {
	for raw, want := range map[string]string{
		rfc7638: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		rfc8037: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
	} {
		k, err := token.ParseJWK([]byte(raw))
		noError(t, err)
		if got := k.Thumbprint(); got != want {
			t.Errorf("Thumbprint = %s, want %s", got, want)
		}
	}
}

// JW-16.
func TestPublishedKeysHoldPublicMembersOnly(t *testing.T) {
	want := map[string]string{
		"RSA": "alg e kid kty n use", "EC": "alg crv kid kty use x y", "OKP": "alg crv kid kty use x",
	}
	for alg := range pairFor {
		k, _, _ := keysFor(t, alg, "")
		raw, err := k.JWK()
		noError(t, err)
		var members map[string]string
		noError(t, json.Unmarshal(raw, &members))
		names := strings.Fields(want[members["kty"]])
		for _, name := range names {
			if members[name] == "" {
				t.Errorf("%s: no %s in %s", alg, name, raw)
			}
		}
		if len(members) != len(names) || members["use"] != "sig" || members["alg"] != string(alg) || members["kid"] != k.Thumbprint() {
			t.Errorf("%s: %s", alg, raw)
		}
		back, err := token.ParseJWK(raw)
		if err != nil || back.CanSign() || back.ID() != k.ID() || back.Algorithm() != alg || back.Thumbprint() != k.Thumbprint() {
			t.Errorf("%s: ParseJWK = %v, %v", alg, back, err)
		}
	}
}

// change replaces a member of a JWK; "" removes it.
func change(t testing.TB, raw, name, value string) string {
	t.Helper()
	var members map[string]json.RawMessage
	noError(t, json.Unmarshal([]byte(raw), &members))
	members[name] = json.RawMessage(value)
	if value == "" {
		delete(members, name)
	}
	out, err := json.Marshal(members)
	noError(t, err)
	return string(out)
}

const (
	octJWK = `{"kty":"oct","kid":"o","alg":"HS256","k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"}`
	ecJWK  = `{"kty":"EC","crv":"P-256","kid":"e","x":"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY",` +
		`"y":"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw","d":"yy49oPcINGK2ps0LmtxpB6UTEOiITghHBif6wDqmJ3c"}`
)

// privateRSA writes one of the pairs as a JWK, as another program would.
func privateRSA(t *testing.T, name string) string {
	t.Helper()
	k, _ := pairs()[name].private.(*rsa.PrivateKey)
	text := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	out, err := json.Marshal(map[string]string{
		"kty": "RSA", "kid": "r", "n": text(k.N), "e": text(big.NewInt(int64(k.E))), "d": text(k.D),
		"p": text(k.Primes[0]), "q": text(k.Primes[1]),
		"dp": text(k.Precomputed.Dp), "dq": text(k.Precomputed.Dq), "qi": text(k.Precomputed.Qinv),
	})
	noError(t, err)
	return string(out)
}

// C-05.
func TestJWKRules(t *testing.T) {
	rsa := privateRSA(t, "rsa")
	member := func(raw, name string) string {
		var members map[string]json.RawMessage
		noError(t, json.Unmarshal([]byte(raw), &members))
		return string(members[name])
	}
	for name, test := range map[string]struct {
		raw  string
		want string // "" is refused
	}{
		"secret":                    {octJWK, "[key o HS256] signs"},
		"RSA":                       {rsa, "[key r RS256] signs"},
		"EC":                        {ecJWK, "[key e ES256] signs"},
		"Ed25519":                   {rfc8037, "[key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k EdDSA] signs"},
		"public RSA":                {rfc7638, "[key 2011-04-29 RS256]"},
		"public EC":                 {change(t, ecJWK, "d", ""), "[key e ES256]"},
		"public Ed25519":            {change(t, rfc8037, "d", ""), "[key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k EdDSA]"},
		"RSA for PS512":             {change(t, rsa, "alg", `"PS512"`), "[key r PS512] signs"},
		"alias":                     {change(t, change(t, rfc8037, "kid", `"x"`), "alg", `"Ed25519"`), "[key x EdDSA] signs"},
		"without dp, dq, qi":        {change(t, change(t, change(t, rsa, "dp", ""), "dq", ""), "qi", ""), "[key r RS256] signs"},
		"unknown members":           {change(t, octJWK, "x5t", `[null]`), "[key o HS256] signs"},
		"use sig":                   {change(t, octJWK, "use", `"sig"`), "[key o HS256] signs"},
		"key_ops sign, verify":      {change(t, octJWK, "key_ops", `["verify","sign"]`), "[key o HS256] signs"},
		"key_ops verify":            {change(t, octJWK, "key_ops", `["verify"]`), "[key o HS256]"},
		"private key_ops sign":      {change(t, ecJWK, "key_ops", `["sign"]`), "[key e ES256] signs"},
		"public key_ops verify":     {change(t, rfc7638, "key_ops", `["verify"]`), "[key 2011-04-29 RS256]"},
		"not JSON":                  {`{`, ""},
		"a list":                    {`[]`, ""},
		"member twice":              {octJWK[:len(octJWK)-1] + `,"kid":"p"}`, ""},
		"member in another case":    {octJWK[:len(octJWK)-1] + `,"KTY":"RSA"}`, ""},
		"trailing text":             {octJWK + "x", ""},
		"no kty":                    {change(t, octJWK, "kty", ""), ""},
		"kty in lower case":         {change(t, rfc7638, "kty", `"rsa"`), ""},
		"kty null":                  {change(t, octJWK, "kty", `null`), ""},
		"kid a number":              {change(t, octJWK, "kid", `1`), ""},
		"kid with control":          {change(t, octJWK, "kid", `"\n"`), ""},
		"secret without alg":        {change(t, octJWK, "alg", ""), ""},
		"secret for RS256":          {change(t, octJWK, "alg", `"RS256"`), ""},
		"secret for A128KW":         {change(t, octJWK, "alg", `"A128KW"`), ""},
		"secret too short":          {change(t, octJWK, "k", `"hJtXIZ2u"`), ""},
		"secret of zeros":           {change(t, octJWK, "k", `"`+strings.Repeat("A", 43)+`"`), ""},
		"secret with padding":       {change(t, octJWK, "k", `"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg="`), ""},
		"secret with spare bits":    {change(t, octJWK, "k", `"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYh"`), ""},
		"no secret":                 {change(t, octJWK, "k", ""), ""},
		"empty secret":              {change(t, octJWK, "k", `""`), ""},
		"use enc":                   {change(t, octJWK, "use", `"enc"`), ""},
		"use empty":                 {change(t, octJWK, "use", `""`), ""},
		"use null":                  {change(t, octJWK, "use", `null`), ""},
		"key_ops encrypt":           {change(t, octJWK, "key_ops", `["encrypt"]`), ""},
		"key_ops empty":             {change(t, octJWK, "key_ops", `[]`), ""},
		"key_ops a string":          {change(t, octJWK, "key_ops", `"sign"`), ""},
		"key_ops twice":             {change(t, octJWK, "key_ops", `["sign","sign","verify"]`), ""},
		"key_ops sign of a secret":  {change(t, octJWK, "key_ops", `["sign"]`), ""},
		"private key_ops verify":    {change(t, ecJWK, "key_ops", `["verify"]`), ""},
		"public key_ops sign":       {change(t, rfc7638, "key_ops", `["sign"]`), ""},
		"RSA for ES256":             {change(t, rfc7638, "alg", `"ES256"`), ""},
		"RSA for RSA-OAEP":          {change(t, rfc7638, "alg", `"RSA-OAEP"`), ""},
		"RSA for none":              {change(t, rfc7638, "alg", `"none"`), ""},
		"RSA modulus led by zeros":  {change(t, rfc7638, "n", `"AAAA`+member(rfc7638, "n")[1:]), ""},
		"RSA modulus too short":     {change(t, rfc7638, "n", member(rfc7638, "n")[:41]+`"`), ""},
		"RSA exponent 1":            {change(t, rfc7638, "e", `"AQ"`), ""},
		"RSA exponent even":         {change(t, rfc7638, "e", `"BA"`), ""},
		"RSA exponent huge":         {change(t, rfc7638, "e", `"AQAAAAAAAAAB"`), ""},
		"RSA exponent 2^32+1":       {change(t, rfc7638, "e", `"AQAAAAE"`), ""},
		"RSA without exponent":      {change(t, rfc7638, "e", ""), ""},
		"RSA of another modulus":    {change(t, rsa, "n", member(rfc7638, "n")), ""},
		"RSA of another d":          {change(t, rsa, "d", member(privateRSA(t, "rsa2"), "d")), ""},
		"RSA of another prime":      {change(t, rsa, "p", member(privateRSA(t, "rsa2"), "p")), ""},
		"RSA of another dp":         {change(t, rsa, "dp", member(rsa, "dq")), ""},
		"RSA with a bad qi":         {change(t, rsa, "qi", `null`), ""},
		"RSA without primes":        {change(t, change(t, rsa, "p", ""), "q", ""), ""},
		"RSA of three primes":       {change(t, rsa, "oth", `[]`), ""},
		"RSA with primes, no d":     {change(t, rsa, "d", ""), ""},
		"EC for ES384":              {change(t, ecJWK, "alg", `"ES384"`), ""},
		"EC for ES521":              {change(t, ecJWK, "alg", `"ES521"`), ""},
		"EC on secp256k1":           {change(t, ecJWK, "crv", `"secp256k1"`), ""},
		"EC on P-384":               {change(t, ecJWK, "crv", `"P-384"`), ""},
		"EC without curve":          {change(t, ecJWK, "crv", ""), ""},
		"EC without y":              {change(t, ecJWK, "y", ""), ""},
		"EC point not on its curve": {change(t, ecJWK, "y", member(ecJWK, "x")), ""},
		"EC point of zeros":         {change(t, change(t, ecJWK, "x", `"`+strings.Repeat("A", 43)+`"`), "y", `"`+strings.Repeat("A", 43)+`"`), ""},
		"EC point cut elsewhere":    {movedPoint(t), ""},
		"EC x led by zeros":         {change(t, ecJWK, "x", `"AAAA`+member(ecJWK, "x")[1:]), ""},
		"EC x cut":                  {change(t, ecJWK, "x", member(ecJWK, "x")[:41]+`"`), ""},
		"EC of another d":           {change(t, ecJWK, "d", member(ecJWK, "x")), ""},
		"EC d of zeros":             {change(t, ecJWK, "d", `"`+strings.Repeat("A", 43)+`"`), ""},
		"EC d cut":                  {change(t, ecJWK, "d", member(ecJWK, "d")[:41]+`"`), ""},
		"OKP on X25519":             {change(t, rfc8037, "crv", `"X25519"`), ""},
		"OKP on Ed448":              {change(t, rfc8037, "crv", `"Ed448"`), ""},
		"OKP for ES256":             {change(t, rfc8037, "alg", `"ES256"`), ""},
		"OKP of another d":          {change(t, rfc8037, "d", member(rfc8037, "x")), ""},
		"OKP x cut":                 {change(t, change(t, rfc8037, "d", ""), "x", member(rfc8037, "x")[:41]+`"`), ""},
		"OKP d cut":                 {change(t, rfc8037, "d", member(rfc8037, "d")[:41]+`"`), ""},
		"too deep":                  {change(t, octJWK, "x", strings.Repeat("[", 20)+strings.Repeat("]", 20)), ""},
	} {
		k, err := token.ParseJWK([]byte(test.raw))
		got := ""
		switch {
		case err == nil && k.CanSign():
			got = k.String() + " signs"
		case err == nil:
			got = k.String()
		case !errors.Is(err, token.ErrKey):
			t.Errorf("%s: %v is not ErrKey", name, err)
		}
		if got != test.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, test.want)
		}
	}
}

// movedPoint gives the last byte of x to y.
func movedPoint(t *testing.T) string {
	t.Helper()
	var members struct{ X, Y string }
	noError(t, json.Unmarshal([]byte(ecJWK), &members))
	x, err := base64.RawURLEncoding.DecodeString(members.X)
	noError(t, err)
	y, err := base64.RawURLEncoding.DecodeString(members.Y)
	noError(t, err)
	text := func(b ...byte) string { return `"` + base64.RawURLEncoding.EncodeToString(b) + `"` }
	return change(t, change(t, ecJWK, "x", text(x[:31]...)), "y", text(append(x[31:], y...)...))
}

func TestJWKSets(t *testing.T) {
	public := change(t, ecJWK, "d", "")
	foreign := []string{
		change(t, rfc7638, "use", `"enc"`), change(t, rfc7638, "alg", `"RSA-OAEP"`), `{"kty":"AKP","pub":"x"}`,
		change(t, public, "crv", `"secp256k1"`), `{"kty":"OKP","crv":"X25519","x":"AA"}`,
		change(t, rfc7638, "key_ops", `["encrypt"]`), `{"kty":"RSA","e":"AQAB","n":"4KmX"}`,
	}
	for name, test := range map[string]struct{ raw, want string }{
		"two keys":                 {`{"keys":[` + octJWK + `,` + ecJWK + `]}`, "[[key o HS256] [key e ES256]]"},
		"with white space":         {` { "x":1, "keys" : [ ` + public + ` , ` + rfc8037 + ` ] } `, "[[key e ES256] [key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k EdDSA]]"},
		"foreign ones between":     {`{"keys":[` + strings.Join(foreign, ",") + `,` + public + `]}`, "[[key e ES256]]"},
		"two secrets without ids":  {`{"keys":[` + change(t, octJWK, "kid", "") + `,` + change(t, change(t, octJWK, "k", `"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYw"`), "kid", "") + `]}`, "[[key HS256] [key HS256]]"},
		"only foreign ones":        {`{"keys":[` + strings.Join(foreign, ",") + `]}`, ""},
		"none":                     {`{"keys":[]}`, ""},
		"no list":                  {`{"keys":{}}`, ""},
		"no keys":                  {`{}`, ""},
		"a key, no set":            {octJWK, ""},
		"keys twice":               {`{"keys":[` + octJWK + `],"keys":[` + ecJWK + `]}`, ""},
		"not an object":            {`[` + octJWK + `]`, ""},
		"a number as key":          {`{"keys":[1,` + octJWK + `]}`, ""},
		"two keys of one id":       {`{"keys":[` + octJWK + `,` + change(t, ecJWK, "kid", `"o"`) + `]}`, ""},
		"a key twice":              {`{"keys":[` + rfc8037 + `,` + rfc8037 + `]}`, ""},
		"a bad public key":         {`{"keys":[` + octJWK + `,` + change(t, public, "y", "") + `]}`, ""},
		"private key for use enc":  {`{"keys":[` + change(t, ecJWK, "use", `"enc"`) + `,` + octJWK + `]}`, ""},
		"secret of unknown alg":    {`{"keys":[` + change(t, octJWK, "alg", `"A256KW"`) + `,` + ecJWK + `]}`, ""},
		"duplicate member in one":  {`{"keys":[{"kty":"oct","kty":"oct"},` + octJWK + `]}`, ""},
		"duplicate member by case": {`{"keys":[` + octJWK[:len(octJWK)-1] + `,"Kid":"x"}]}`, ""},
	} {
		keys, err := token.ParseJWKSet([]byte(test.raw))
		got := ""
		if err == nil {
			got = fmt.Sprint(keys)
		} else if !errors.Is(err, token.ErrKey) {
			t.Errorf("%s: %v is not ErrKey", name, err)
		}
		if got != test.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, test.want)
		}
	}
}
