package remote_test

import (
	"fmt"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
)

// A mirrored user is found by its issuer, for which it matters what was set when it was mirrored.
func ExampleSettings_Issuers() {
	upstream := remote.Settings{URL: "https://auth.example.com"}
	fmt.Println(upstream.Issuers(auth.Settings{}))
	fmt.Println(upstream.Issuers(auth.Settings{Signing: auth.Signing{Issuer: "accounts"}}))
	upstream.Mirror.Issuer = "accounts of 2026"
	fmt.Println(upstream.Issuers(auth.Settings{}))
	// Output:
	// [https://auth.example.com]
	// [accounts https://auth.example.com]
	// [accounts of 2026]
}

// Everything that is wrong is told at once, by field and with the fix.
func ExampleNewClient_problems() {
	_, err := remote.NewClient(remote.Settings{URL: "https://auth.example.com/", CacheTTL: -1})
	fmt.Println(err)
	// Output:
	// remote: Settings.URL: ends with a slash, and the paths begin with one: remove it
	// remote: Settings.CacheTTL: is negative or longer than 1h: choose for how long an ended session may still be accepted
}
