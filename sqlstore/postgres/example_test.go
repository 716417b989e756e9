package postgres_test

import (
	"context"
	"log"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore/postgres"
)

func ExampleOpen() {
	ctx := context.Background()
	store, err := postgres.Open(ctx, "postgres://app:secret@db.example.com/app")
	if err != nil {
		log.Fatal(err) // names what is wrong, never the password
	}
	defer store.Close()
	service, err := auth.New(auth.Settings{}, auth.In(store))
	_, _ = service, err
}
