// Command authservice is a small auth-service to run or to copy from. The environment configures
// it; without any, it serves on 127.0.0.1:8000 and keeps its data in the file auth.db.
package main

import (
	"os"

	"github.com/authplug/authplug/example/internal/app"
	"github.com/authplug/authplug/example/internal/config"
)

func main() {
	os.Exit(app.Main(config.Program{
		Name: "authservice", Addr: "127.0.0.1:8000", Store: "sqlite:auth.db", Kind: config.AuthService,
	}))
}
