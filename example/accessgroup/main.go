// Command accessgroup is an auth-service on Gin and a client-service on Echo that use data of their
// own: users are of an access group, which the one tells and the other guards a route with. Usually
// they are two programs; here they are two files.
package main

import (
	"context"
	"log"
	"net/http"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

const (
	authAddr   = "127.0.0.1:8000"
	clientAddr = "127.0.0.1:8001"
)

func main() {
	authService, err := newAuthService(auth.In(memstore.New()))
	if err != nil {
		log.Fatal(err)
	}
	if err := addUsers(context.Background(), authService); err != nil {
		log.Fatal(err)
	}
	clientService, err := newClientService(auth.In(memstore.New()), "http://"+authAddr)
	if err != nil {
		log.Fatal(err)
	}
	go serve(authAddr, authRoutes(authService))
	serve(clientAddr, clientRoutes(clientService))
}

func serve(addr string, h http.Handler) {
	server := http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: 5 * time.Second}
	log.Printf("listening on http://%s", addr)
	log.Fatal(server.ListenAndServe())
}
