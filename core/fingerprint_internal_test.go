package auth

import (
	"testing"

	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// A service in Python that shares the database compares this claim to the letter.
func TestThePasswordFingerprintIsEasyJWTs(t *testing.T) {
	for name, stack := range recorded.Vectors() {
		u, want := &User{PasswordHash: Secret(stack.Revoke.Stored)}, stack.Revoke.Claim
		if got := passwordFingerprint(u); got != want || want == "" {
			t.Errorf("%s: passwordFingerprint() = %s, want %s", name, got, want)
		}
		if sameFingerprint(u, "") || !sameFingerprint(u, want) {
			t.Errorf("%s: sameFingerprint() does not compare", name)
		}
	}
}
