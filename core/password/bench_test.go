package password_test

import (
	"testing"

	"github.com/authplug/authplug/core/password"
)

func BenchmarkHash(b *testing.B) {
	for _, a := range []password.Algorithm{password.Argon2id, password.PBKDF2, password.Bcrypt} {
		b.Run(string(a), func(b *testing.B) {
			h := newHasher(b, password.Config{Algorithm: a})
			b.ReportAllocs()
			for b.Loop() {
				hashOf(b, h, secret)
			}
		})
	}
}

func BenchmarkProblems(b *testing.B) {
	p := newPolicy(b, 0)
	s := password.Subject{Email: "john.smith@example.com", FirstName: "John", LastName: "Smith"}
	b.ReportAllocs()
	for b.Loop() {
		problems(b, p, "correct horse battery", s)
	}
}
