package password_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/authplug/authplug/core/password"
)

func Example() {
	ctx := context.Background()
	hasher, err := password.New(password.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := hasher.Hash(ctx, "correct horse battery")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(stored[:31])
	right, _ := hasher.Check(ctx, "correct horse battery", stored)
	wrong, _ := hasher.Check(ctx, "Correct horse battery", stored)
	fmt.Println(right.OK, wrong.OK)
	// Output:
	// $argon2id$v=19$m=19456,t=2,p=1$
	// true false
}

func ExampleHasher_Check_stale() {
	ctx := context.Background()
	hasher, err := password.New(password.Config{Weak: true}) // cheap, so in tests only
	if err != nil {
		fmt.Println(err)
		return
	}
	stored := "pbkdf2_sha256$5$seasalt012345$GwIKNBGmMtEAcHkLrKQXMBxkzlwKnpDRtWHMgbTWFCc="
	result, err := hasher.Check(ctx, "S3cure!P@ssw0rd", stored)
	if err == nil && result.Stale {
		stored, err = hasher.Hash(ctx, "S3cure!P@ssw0rd")
	}
	fmt.Println(result.OK, strings.HasPrefix(stored, "$argon2id$"), err)
	// Output: true true <nil>
}

func ExampleNewPolicy() {
	ownName := password.RuleFunc(func(_ context.Context, pw string, _ password.Subject) (string, error) {
		if strings.Contains(strings.ToLower(pw), "acme") {
			return "The password must not contain our name.", nil
		}
		return "", nil
	})
	policy, err := password.NewPolicy(10, ownName) // at least 10 characters
	if err != nil {
		fmt.Println(err)
		return
	}
	alice := password.Subject{Email: "alice.liddell@example.com"}
	for _, pw := range []string{"acme.1234567", "1234567890", "Alice.Liddell", "correct horse battery"} {
		problems, err := policy.Problems(context.Background(), pw, alice)
		fmt.Println(len(problems), strings.Join(problems, " "), err)
	}
	// Output:
	// 1 The password must not contain our name. <nil>
	// 2 This password is too common. This password is entirely numeric. <nil>
	// 1 The password is too similar to the email address. <nil>
	// 0  <nil>
}
