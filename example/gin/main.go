// Command gin is the program of the README on Gin.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/ginauth"
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
	r, a := gin.Default(), ginauth.New(service)
	a.Register(r)
	api := r.Group("/api", a.RequireAuth())
	api.GET("/me", func(c *gin.Context) { c.JSON(http.StatusOK, ginauth.Identity(c).User) })
	api.DELETE("/posts/:id", a.RequireRole("editor"), remove)
	return r
}

func remove(c *gin.Context) { c.Status(http.StatusNoContent) }
