package token_test

import (
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/token"
)

// JW-08, JW-09 and JW-11: claims of a wrong shape.
func TestClaimRules(t *testing.T) {
	const base = `"token_type":"access","exp":1767225900,"jti":"j"`
	long := func(n int, of string) string { return `"` + strings.Repeat(of, n) + `"` }
	invalid := token.ErrInvalid
	tests := map[string]struct {
		members string
		want    error
	}{
		"least":                   {base, nil},
		"no exp, id, kind":        {`"user_id":2`, token.ErrNoExpiry},
		"no id, no kind":          {`"exp":1767225900`, token.ErrNoID},
		"no kind":                 {`"exp":1767225900,"jti":"j"`, token.ErrNoKind},
		"expired before no id":    {`"exp":1767225600`, token.ErrExpired},
		"nbf before no exp":       {`"nbf":1767225601`, invalid},
		"nbf before expired":      {`"exp":1,"nbf":1767225601`, invalid},
		"kind null":               {`"token_type":null,"exp":1767225900,"jti":"j"`, invalid},
		"kind empty":              {`"token_type":"","exp":1767225900,"jti":"j"`, invalid},
		"kind a list":             {`"token_type":["access"],"exp":1767225900,"jti":"j"`, invalid},
		"kind unknown":            {`"token_type":"other","exp":1767225900,"jti":"j"`, nil},
		"id null":                 {`"token_type":"access","exp":1767225900,"jti":null`, invalid},
		"id empty":                {`"token_type":"access","exp":1767225900,"jti":""`, invalid},
		"id a number":             {`"token_type":"access","exp":1767225900,"jti":1`, invalid},
		"id of 255":               {`"token_type":"access","exp":1767225900,"jti":` + long(255, "ü"), nil},
		"id of 256":               {`"token_type":"access","exp":1767225900,"jti":` + long(256, "a"), invalid},
		"id with NUL":             {`"token_type":"access","exp":1767225900,"jti":"a\u0000"`, invalid},
		"user 0":                  {base + `,"user_id":0`, nil},
		"user of 19 digits":       {base + `,"user_id":9223372036854775807`, nil},
		"user beyond int64":       {base + `,"user_id":9223372036854775808`, nil},
		"user of 101 digits":      {base + `,"user_id":` + strings.Repeat("1", 101), invalid},
		"user as text":            {base + `,"user_id":"12"`, nil},
		"user as escaped text":    {base + `,"user_id":"\u0031"`, nil},
		"user text leading zero":  {base + `,"user_id":"012"`, invalid},
		"user text with sign":     {base + `,"user_id":"+1"`, invalid},
		"user text with space":    {base + `,"user_id":" 1"`, invalid},
		"user text empty":         {base + `,"user_id":""`, invalid},
		"user text of letters":    {base + `,"user_id":"a"`, invalid},
		"user Arabic digits":      {base + `,"user_id":"٣"`, invalid},
		"user negative":           {base + `,"user_id":-1`, invalid},
		"user minus zero":         {base + `,"user_id":-0`, invalid},
		"user fraction":           {base + `,"user_id":1.0`, invalid},
		"user exponent":           {base + `,"user_id":1e2`, invalid},
		"user true":               {base + `,"user_id":true`, invalid},
		"user null":               {base + `,"user_id":null`, invalid},
		"user list":               {base + `,"user_id":[1]`, invalid},
		"user object":             {base + `,"user_id":{}`, invalid},
		"session null":            {base + `,"sid":null`, invalid},
		"session empty":           {base + `,"sid":""`, invalid},
		"session number":          {base + `,"sid":1`, invalid},
		"session of 256":          {base + `,"sid":` + long(256, "a"), invalid},
		"revoke null":             {base + `,"hash_password":null`, invalid},
		"revoke empty":            {base + `,"hash_password":""`, invalid},
		"revoke of 256":           {base + `,"hash_password":` + long(256, "a"), invalid},
		"epoch 2^53":              {base + `,"epoch":9007199254740992`, nil},
		"epoch 2^53+1":            {base + `,"epoch":9007199254740993`, invalid},
		"epoch of 30 digits":      {base + `,"epoch":` + strings.Repeat("1", 30), invalid},
		"epoch negative":          {base + `,"epoch":-1`, invalid},
		"epoch fraction":          {base + `,"epoch":1.0`, invalid},
		"epoch text":              {base + `,"epoch":"1"`, invalid},
		"epoch null":              {base + `,"epoch":null`, invalid},
		"refresh_exp past":        {base + `,"refresh_exp":1`, nil},
		"refresh_exp null":        {base + `,"refresh_exp":null`, invalid},
		"refresh_exp text":        {base + `,"refresh_exp":"1"`, invalid},
		"any aud":                 {base + `,"aud":{"x":[1]}`, nil},
		"any iss":                 {base + `,"iss":null`, nil},
		"a name like user":        {base + `,"USER_ID":null`, invalid},
		"a name like expiry":      {`"token_type":"access","Exp":1767225900,"jti":"j"`, invalid},
		"order does not matter":   {`"nbf":1,"iss":1,"hash_password":"x","jti":"j","exp":1767225900,"token_type":"a"`, nil},
		"escaped standard name":   {`"token_type":"access","\u0065xp":1767225900,"jti":"j"`, nil},
		"escaped name, bad value": {base + `,"\u0073id":1`, invalid},
	}
	c := hsCodec(t, token.Config{})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkVerify(t, c, mintHS(t, "{"+test.members+"}"), test.want) })
	}
}

func TestTextUserID(t *testing.T) {
	c := hsCodec(t, token.Config{TextUserID: true})
	for value, want := range map[string]error{
		`"4f1c-ü"`: nil, `"1"`: nil, `"` + strings.Repeat("ü", 254) + `"`: nil,
		`1`: token.ErrInvalid, `""`: token.ErrInvalid, `null`: token.ErrInvalid, `"a\u0000"`: token.ErrInvalid,
		`"` + strings.Repeat("a", 255) + `"`: token.ErrInvalid,
	} {
		t.Run(value, func(t *testing.T) {
			payload := strings.Replace(goodPayload, `"user_id":2`, `"user_id":`+value, 1)
			checkVerify(t, c, mintHS(t, payload), want)
		})
	}
}

// JW-08 and JW-09.
func TestTimes(t *testing.T) {
	// t0 is 1767225600; the leeway is 30 seconds.
	const invalid, expired = "invalid", "expired"
	exp := map[string]string{
		`1767225569`: expired, `1767225570`: expired, `1767225571`: "", `1767225601`: "", `1767225601.9`: "",
		`1767225570.0000000001`: "", `1767225570.000000001`: "", `1767225569.999999999999`: expired,
		`1767225570.0`: expired, `1.767225571e9`: "", `1.767225571E+9`: "", `17672255710e-1`: "",
		`176722557100000e-5`: "", `0.1767225571e10`: "", `1.76722557e9`: expired, `9007199254740992`: "",
		`9007199254740992.0`: "", `0`: expired, `0.0`: expired, `1e-999999999`: expired, `0e999999999`: expired,
		`9007199254740993`: invalid, `9007199254740992.1`: invalid, `1e300`: invalid, `1e999999999999`: invalid,
		`9223372036854775808`: invalid, `1e16`: invalid, `-1`: invalid, `-0`: invalid, `null`: invalid,
		`"1767229200"`: invalid, `true`: invalid, `[]`: invalid, `{}`: invalid, `NaN`: invalid, `""`: invalid,
	}
	ahead := map[string]string{
		`1767225631`: invalid, `1767225630`: "", `1767225629`: "", `1767225630.0000000001`: invalid, `0`: "",
		`1767225630.000`: "", `1.76722563e9`: "", `1767225600`: "", `1e300`: invalid, `-1`: invalid,
		`"1767225600"`: invalid, `null`: invalid, `false`: invalid,
	}
	answers := map[string]error{"": nil, invalid: token.ErrInvalid, expired: token.ErrExpired}
	c := hsCodec(t, token.Config{Leeway: 30 * time.Second})
	for value, want := range exp {
		t.Run("exp "+value, func(t *testing.T) {
			payload := `{"token_type":"access","jti":"j","exp":` + value + `}`
			checkVerify(t, c, mintHS(t, payload), answers[want])
		})
	}
	for _, name := range []string{"iat", "nbf"} {
		for value, want := range ahead {
			t.Run(name+" "+value, func(t *testing.T) {
				payload := `{"token_type":"access","jti":"j","exp":1767225900,"` + name + `":` + value + `}`
				checkVerify(t, c, mintHS(t, payload), answers[want])
			})
		}
	}
}

// JW-10 and TC-06.
func TestIssuerAndAudienceAreExact(t *testing.T) {
	c := hsCodec(t, token.Config{Issuer: "https://auth.example.com", Audience: []string{"api", "web"}})
	const iss, aud = `"iss":"https://auth.example.com"`, `"aud":["other","api"]`
	tests := map[string]error{
		iss + "," + aud:                             nil,
		aud + "," + iss:                             nil,
		iss + `,"aud":"web"`:                        nil,
		iss + `,"aud":"\u0061pi"`:                   nil,
		iss + `,"aud":[ "x" , "web" ]`:              nil,
		`"iss":"https:\/\/auth.example.com",` + aud: nil,
		iss: token.ErrInvalid,
		aud: token.ErrInvalid,
		`"iss":"https://auth.example.com/",` + aud:         token.ErrInvalid,
		`"iss":"https://AUTH.example.com",` + aud:          token.ErrInvalid,
		`"iss":"https://auth.example.co",` + aud:           token.ErrInvalid,
		`"iss":"https://auth.example.com.evil.com",` + aud: token.ErrInvalid,
		`"iss":["https://auth.example.com"],` + aud:        token.ErrInvalid,
		`"iss":"",` + aud:        token.ErrInvalid,
		`"iss":null,` + aud:      token.ErrInvalid,
		iss + `,"aud":""`:        token.ErrInvalid,
		iss + `,"aud":[]`:        token.ErrInvalid,
		iss + `,"aud":[""]`:      token.ErrInvalid,
		iss + `,"aud":"API"`:     token.ErrInvalid,
		iss + `,"aud":"api "`:    token.ErrInvalid,
		iss + `,"aud":["other"]`: token.ErrInvalid,
		iss + `,"aud":{"api":1}`: token.ErrInvalid,
		iss + `,"aud":["api",1]`: token.ErrInvalid,
		iss + `,"aud":[["api"]]`: token.ErrInvalid,
		iss + `,"aud":null`:      token.ErrInvalid,
		iss + `,"aud":1`:         token.ErrInvalid,
	}
	for members, want := range tests {
		t.Run(members, func(t *testing.T) {
			payload := `{"token_type":"access","exp":1767225900,"jti":"j",` + members + `}`
			checkVerify(t, c, mintHS(t, payload), want)
		})
	}
	t.Run("an expired token of another issuer is not just expired", func(t *testing.T) {
		checkVerify(t, c, mintHS(t, `{"token_type":"access","exp":1,"jti":"j",`+aud+`}`), token.ErrInvalid)
	})
}
