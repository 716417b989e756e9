package jwe_test

import (
	"fmt"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/jwe"
)

// Tokens that nobody can read but the service.
func Example() {
	encryption, err := jwe.New(keyOne) // from the environment, never from the source
	if err != nil {
		fmt.Println(err)
		return
	}
	settings := auth.Settings{Signing: auth.Signing{Encryption: encryption}}
	fmt.Println(settings.Signing.Encryption)
	// Output: jwe.Encryption(1 keys)
}
