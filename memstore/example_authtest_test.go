package memstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/authtest"
	"github.com/authplug/authplug/memstore"
)

// printer stands for the *testing.T that an example has not: it prints why a test would end.
type printer struct{ testing.TB }

func (printer) Helper()                           {}
func (printer) Context() context.Context          { return context.Background() }
func (printer) Fatalf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// An application's own tests, by package authtest, over a store in memory: users in one line,
// tokens good and bad, and time that passes at once. The application is any http.Handler.
func Example_ownTests() {
	t := printer{}
	a := authtest.New(t, auth.In(memstore.New()))
	app := site(a.Service, auth.HasRole("editor"))
	ann := a.User("ann@example.com", authtest.Roles("editor"))
	bob := a.User("bob@example.com")

	a.Do(app, "GET", "/page", a.As(ann)).Want(200)
	a.Do(app, "GET", "/page", a.As(bob)).Want(403)
	fmt.Println("denied:", len(a.Events(auth.EventDenied)))

	token := a.Token(ann)
	a.Clock.Advance(5 * time.Minute)
	a.Do(app, "GET", "/page", a.Bearer(token)).Want(401, "token_not_valid")
	a.Do(app, "GET", "/page", a.Bearer(a.ForgedToken(ann))).Want(401)
	a.Do(app, "GET", "/page", a.Bearer(token)).Want(200)
	// Output:
	// denied: 1
	// GET /page = 401 Unauthorized, want 200 OK
	// {"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]}
}
