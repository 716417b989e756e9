package authtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
)

// printer stands for the *testing.T that an example has not: it prints why a test would end.
type printer struct{ testing.TB }

func (printer) Helper()                           {}
func (printer) Context() context.Context          { return context.Background() }
func (printer) Fatalf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// An answer that is not wanted ends the test with what was asked and answered.
func ExampleAnswer_Want() {
	t := printer{}
	a := authtest.New(t, auth.In(noStore{})) // a test has a store, such as memstore.New()
	app := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		auth.ErrForbidden.Response().Write(w)
	})

	a.Do(app, "DELETE", "/api/posts/1").Want(403, "permission_denied")
	a.Do(app, "DELETE", "/api/posts/1").Want(204)
	// Output:
	// DELETE /api/posts/1 = 403 Forbidden, want 204 No Content
	// {"detail":"You do not have permission to perform this action.","code":"permission_denied"}
}

// Any handler can be asked, in any way.
func ExampleFixture_Do() {
	t := printer{}
	a := authtest.New(t, auth.In(noStore{}))
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var post map[string]string
		_ = json.NewDecoder(r.Body).Decode(&post)
		post["language"] = r.Header.Get("Accept-Language")
		_ = json.NewEncoder(w).Encode(post)
	})

	var post struct{ Title, Language string }
	a.Do(
		app, "POST", "/api/posts",
		a.JSON(map[string]string{"title": "Guten Tag"}),
		authtest.Header("Accept-Language", "de"),
	).Want(200).Decode(&post)
	fmt.Println(post.Title, post.Language)
	// Output: Guten Tag de
}

func ExampleClock() {
	var c authtest.Clock
	login := c.Now()
	c.Advance(5 * time.Minute)
	fmt.Println(c.Now().Sub(login))
	// Output: 5m0s
}
