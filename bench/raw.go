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

// scanOnce looks at every byte once and tells strings from structure: the least that any reader of
// JSON does. It returns how many members it saw.
func scanOnce(text []byte) (members int) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ':':
			members++
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return members
}
