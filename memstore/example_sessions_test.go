package memstore_test

import (
	"context"
	"errors"
	"fmt"

	auth "github.com/authplug/authplug/core"
)

// What an administrator sees and does about where somebody is logged in.
func ExampleService_sessions() {
	service, u := exampleService(auth.Settings{})
	ctx, key := context.Background(), auth.UserKey{ID: u.ID}
	for _, agent := range []string{"curl/8.14.1", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"} {
		if _, err := service.OpenSession(ctx, key, auth.Client{UserAgent: agent}, nil); err != nil {
			fmt.Println(err)
		}
	}
	sessions, err := service.Sessions(ctx, key)
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range sessions {
		if s.Label == "Firefox on Linux" {
			err = service.EndOtherSessions(ctx, key, s.ID) // or EndSession(ctx, s.ID), EndSessions(ctx, key)
		}
	}
	sessions, _ = service.Sessions(ctx, key)
	fmt.Println(len(sessions), sessions[0].Label, err)
	// Output: 1 Firefox on Linux <nil>
}

// A limit of devices that depends on what somebody pays.
func ExampleDeviceSettings() {
	var settings auth.Settings
	settings.Devices.Policy = auth.PolicyReject
	settings.Devices.LimitFor = func(_ context.Context, u *auth.User) (int, error) {
		if len(u.Roles) > 0 {
			return 2, nil
		}
		return 1, nil
	}
	service, _ := exampleService(settings)
	for range 3 {
		_, err := service.Login(context.Background(), auth.Credentials{Identifier: ann, Password: plain}, auth.Client{})
		fmt.Println(errors.Is(err, auth.ErrDeviceLimit))
	}
	// Output:
	// false
	// false
	// true
}
