package health_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/authplug/authplug/core/health"
)

func Example() {
	database := errors.New("connection refused")
	ready := health.NewReady(func(context.Context) error { return database }) // in a program: store.Ping
	mux := http.NewServeMux()
	mux.HandleFunc("/livez", health.Live)
	mux.Handle("/readyz", ready)

	for _, path := range []string{"/livez", "/readyz"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code, w.Body)
	}
	fmt.Println(ready.Err())
	// Output:
	// /livez 200 {"status":"ok"}
	// /readyz 503 {"status":"unavailable"}
	// connection refused
}
