package otelauth_test

import (
	"fmt"
	"log/slog"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
	"github.com/authplug/authplug/otelauth"
)

func Example() {
	telemetry, err := otelauth.New() // with the global providers
	if err != nil {
		fmt.Println(err)
		return
	}
	service, err := auth.New(auth.Settings{
		Signing: auth.Signing{Key: key}, Events: telemetry.Events(auth.LogEvents(slog.Default())),
	}, auth.In(memstore.New()))
	if err == nil {
		err = telemetry.Observe(service)
	}
	fmt.Println(err)
	// Output: <nil>
}
