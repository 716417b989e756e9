package auth

import "testing"

// A service in Python that shares the database compares this claim to the letter.
func TestThePasswordFingerprintIsEasyJWTs(t *testing.T) {
	for stored, want := range map[Secret]string{
		"pbkdf2_sha256$260000$seasalt0123456789abcdef$BPXdJF4TGPjsIVYjRor7nhpPvFaGnduTxpg5VfEb/Xk=":  "909E7376980091850DC13FBE63564516E3204D11944CAA1F55308C92F5D51262",
		"pbkdf2_sha256$1000000$seasalt0123456789abcdef$ywCVEcG56Z+7G0UP0XB5+MC6rxnp/x+LD/22fMUD+mY=": "F5C7FA2EF06C850D9FB0348438E76107874776EDE5CDB9943BC0B7DEE4248A71",
	} {
		u := &User{PasswordHash: stored}
		if got := passwordFingerprint(u); got != want {
			t.Errorf("passwordFingerprint() = %s, want %s", got, want)
		}
		if sameFingerprint(u, "") || !sameFingerprint(u, want) {
			t.Error("sameFingerprint() does not compare")
		}
	}
}
