package main

import (
	"fmt"
	"net/http"

	jwtgin "github.com/appleboy/gin-jwt/v2"
	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"

	"github.com/authplug/authplug/echoauth"
	"github.com/authplug/authplug/ginauth"
)

// discard is a ResponseWriter that keeps the status alone.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// answering calls a handler with a request of its own, and wants this status.
func answering(h http.Handler, signed string, status int) contestant {
	r, w := request(signed), &discard{header: http.Header{}}
	return func() error {
		w.status = http.StatusOK
		clear(w.header)
		h.ServeHTTP(w, r)
		if w.status != status {
			return fmt.Errorf("answered %d, not %d", w.status, status)
		}
		return nil
	}
}

// apps are one application several times: unprotected, behind us, with a second middleware that
// does nothing, with a second guard instead, behind the peer, and behind the peer tuned as far as
// it goes. Each handler looks at the user's id if there is one.
type apps struct{ plain, ours, idle, twice, peer, tuned http.Handler }

// statusFor makes a benchmark fail whose handlers do not know the user.
func statusFor(known bool) int {
	if known {
		return http.StatusOK
	}
	return http.StatusInternalServerError
}

func newGin(handlers ...gin.HandlerFunc) http.Handler {
	r := gin.New()
	r.GET("/", handlers...)
	return r
}

func ginApps(s subject) (apps, error) {
	a := ginauth.New(s.service)
	peer := &jwtgin.GinJWTMiddleware{Key: key, IdentityKey: "user_id"}
	if err := peer.MiddlewareInit(); err != nil {
		return apps{}, err
	}
	hello := func(c *gin.Context) { c.Status(statusFor(ginauth.Identity(c).User.ID != "")) }
	return apps{
		plain: newGin(func(c *gin.Context) { c.Status(http.StatusOK) }),
		ours:  newGin(a.RequireAuth(), hello),
		idle:  newGin(a.RequireAuth(), func(c *gin.Context) { c.Next() }, hello),
		twice: newGin(a.RequireAuth(), a.RequireAuth(), hello),
		peer:  newGin(peer.MiddlewareFunc(), func(c *gin.Context) { c.Status(statusFor(c.GetFloat64("user_id") != 0)) }),
	}, nil
}

func newEcho(handler echo.HandlerFunc, guards ...echo.MiddlewareFunc) http.Handler {
	e := echo.New()
	e.GET("/", handler, guards...)
	return e
}

func echoApps(s subject) (apps, error) {
	a := echoauth.New(s.service)
	peer, err := echojwt.Config{SigningKey: key}.ToMiddleware()
	if err != nil {
		return apps{}, err
	}
	newClaims := func(echo.Context) jwt.Claims { return &peerClaims{} }
	tuned, err := echojwt.Config{SigningKey: key, NewClaimsFunc: newClaims}.ToMiddleware()
	if err != nil {
		return apps{}, err
	}
	hello := func(c echo.Context) error { return c.NoContent(statusFor(echoauth.Identity(c).User.ID != "")) }
	idle := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error { return next(c) }
	}
	return apps{
		plain: newEcho(func(c echo.Context) error { return c.NoContent(http.StatusOK) }),
		ours:  newEcho(hello, a.RequireAuth()),
		idle:  newEcho(hello, a.RequireAuth(), idle),
		twice: newEcho(hello, a.RequireAuth(), a.RequireAuth()),
		peer:  newEcho(helloPeer, peer),
		tuned: newEcho(helloPeer, tuned),
	}, nil
}

func helloPeer(c echo.Context) error {
	known := false
	signed, _ := c.Get("user").(*jwt.Token)
	switch claims := signed.Claims.(type) {
	case *peerClaims:
		known = claims.User != 0
	case jwt.MapClaims:
		id, _ := claims["user_id"].(float64)
		known = id != 0
	}
	return c.NoContent(statusFor(known))
}

// onGin is goal 2, onEcho goal 3: what a guarded request costs above an unguarded one.
func onGin(e effort) ([]row, error) {
	return e.guarding(ginApps, row{goal: 2, what: "Gin: guard above the plain handler, %s; peer gin-jwt/v2"}, 3)
}

func onEcho(e effort) ([]row, error) {
	return e.guarding(echoApps, row{goal: 3, what: "Echo: guard above the plain handler, %s; peer echo-jwt/v4"}, 4)
}

func (e effort) guarding(build func(subject) (apps, error), goal row, allocs float64) ([]row, error) {
	plain, roles, err := subjects()
	if err != nil {
		return nil, err
	}
	looked, err := checked()
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, kind := range []struct {
		name string
		of   subject
	}{{"10 claims", plain}, {"11 claims, one a list of roles", roles}, {"11 claims, session and epoch checked", looked}} {
		built, err := build(kind.of)
		if err != nil {
			return nil, err
		}
		figures, err := e.overhead(built, kind.of.access, allocs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", goal.what, err)
		}
		rows = append(rows, row{goal.goal, fmt.Sprintf(goal.what, kind.name), figures})
	}
	return rows, nil
}

func (e effort) overhead(a apps, signed string, allocs float64) ([]figure, error) {
	contestants := []contestant{
		rawVerify(signed),
		answering(a.plain, "", http.StatusOK),
		answering(a.ours, signed, http.StatusOK),
		answering(a.idle, signed, http.StatusOK),
		answering(a.twice, signed, http.StatusOK),
		answering(a.peer, signed, http.StatusOK),
	}
	if a.tuned != nil {
		contestants = append(contestants, answering(a.tuned, signed, http.StatusOK))
	}
	costs, err := e.compare(contestants...)
	if err != nil {
		return nil, err
	}
	raw, ours, second, peer := costs[0].nanos, costs[2].minus(costs[1]), costs[4].minus(costs[3]), costs[5].minus(costs[1])
	figures := []figure{
		ratio("%.2f× RAW", ours.nanos/raw, peer.nanos/raw, 2.4),
		ratio("%.2f× peer", ours.nanos/peer.nanos, 1, 0.2),
		count("+%.0f allocs", ours.allocs, peer.allocs, allocs),
		count("+%.2f KB", ours.bytes/1024, peer.bytes/1024, 1.1),
		count("second guard +%.0f allocs", second.allocs, none, 0),
	}
	if a.tuned != nil {
		tuned := costs[6].minus(costs[1])
		figures = append(figures, ratio("%.2f× peer with struct claims", ours.nanos/tuned.nanos, none, none))
	}
	return figures, nil
}
