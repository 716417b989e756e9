package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"
)

// rawVerify is what nobody can avoid who verifies this token: the HMAC with a state that is used
// again, base64 of signature and payload, one scan of the payload, and the time. It checks none of
// the rules.
func rawVerify(signed string) contestant {
	raw, mac := []byte(signed), hmac.New(sha256.New, key)
	var sum, sig, payload [2048]byte
	return func() error {
		first, last := bytes.IndexByte(raw, '.'), bytes.LastIndexByte(raw, '.')
		mac.Reset()
		mac.Write(raw[:last])
		got := mac.Sum(sum[:0])
		n, err := base64.RawURLEncoding.Decode(sig[:], raw[last+1:])
		if err != nil || !hmac.Equal(got, sig[:n]) {
			return errors.New("bad signature")
		}
		if n, err = base64.RawURLEncoding.Decode(payload[:], raw[first+1:last]); err != nil {
			return err
		}
		if scanOnce(payload[:n]) == 0 || time.Now().IsZero() {
			return errors.New("no claims, or no time")
		}
		return nil
	}
}

// scanOnce looks at every byte once and knows strings from structure: the least that any reader of
// JSON does.
func scanOnce(text []byte) (members int) {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			members++
		}
	}
	return members
}
