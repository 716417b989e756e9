package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	store, err := sqlite.Open(ctx, filepath.Join(dir, "app.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	ada := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000001", Email: "ada@example.com"}
	fmt.Println(store.CreateUser(ctx, ada), ada.ID)

	twin := &auth.User{UUID: "5a17c0de-0000-4000-8000-000000000002", Email: "ada@example.com"}
	fmt.Println(errors.Is(store.CreateUser(ctx, twin), auth.ErrExists))
	// Output:
	// <nil> 1
	// true
}

func ExampleOpen_parameters() {
	_, err := sqlite.Open(context.Background(), "file:app.db?sync=off")
	fmt.Println(err)
	// Output:
	// sqlite: file:app.db?sync=off: unknown parameter sync: there are synchronous, busy_timeout and readers
}
