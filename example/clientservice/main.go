// Command clientservice is a small client-service to run or to copy from: it has no passwords of its
// own and lets an auth-service decide. The environment configures it; without any, it serves on
// 127.0.0.1:8001, asks http://127.0.0.1:8000 and mirrors its users into the file client.db.
package main

import (
	"os"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/example/internal/app"
	"github.com/authplug/authplug/example/internal/config"
)

func main() {
	os.Exit(app.Main(config.Program{
		Name: "clientservice", Addr: "127.0.0.1:8001", Store: "sqlite:client.db", Kind: config.ClientService,
		Routes: []auth.RouteOption{auth.Except("token-sliding", "token-sliding-refresh", "password-change", "user")},
	}))
}
