// Command echo is the program of the README on Echo.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/sqlstore/sqlite"
)

func main() {
	store, err := sqlite.Open(context.Background(), "app.db")
	if err != nil {
		log.Fatal(err)
	}
	key := auth.Secret(os.Getenv("SIGNING_KEY"))
	service, err := auth.New(auth.Settings{Signing: auth.Signing{Key: key}}, auth.In(store))
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{
		Addr: "127.0.0.1:8000", Handler: routes(service),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

func routes(service *auth.Service) http.Handler {
	e, a := echo.New(), echoauth.New(service)
	a.Register(e)
	api := e.Group("/api", a.RequireAuth())
	api.GET("/me", func(c echo.Context) error { return c.JSON(http.StatusOK, echoauth.Identity(c).User) })
	api.DELETE("/posts/:id", remove, a.RequireRole("editor"))
	return e
}

func remove(c echo.Context) error { return c.NoContent(http.StatusNoContent) }
