package adaptertest

import (
	"context"
	"net/http"
	"strings"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// outage is a request that needs the store: prepare makes it, and the request is good as long as
// the store is.
type outage struct {
	prepare func(a *app) func() reply
	path    string // of the application's own route
	inSteps bool   // the first write does it, and the others clean up
}

func posting(endpoint string, body func(a *app, p pair) object) outage {
	return outage{prepare: func(a *app) func() reply {
		tokens := a.login(ann)
		b := body(a, tokens)
		return func() reply { return a.post(endpoint, b) }
	}}
}

func asking(path string) outage {
	return outage{path: path, prepare: func(a *app) func() reply {
		access := a.login(ann).access
		return func() reply { return a.get(path, access) }
	}}
}

// endingOthers logs somebody out who is logged in twice.
func endingOthers() outage {
	return outage{prepare: func(a *app) func() reply {
		a.login(ann)
		access := a.login(ann).access
		return func() reply {
			return a.send(http.MethodDelete, a.path("/sessions/"), nil, "Authorization", "Bearer "+access)
		}
	}}
}

// endingOne ends another session of one's own.
func endingOne() outage {
	return outage{prepare: func(a *app) func() reply {
		mine, other := a.login(ann), a.login(ann)
		path := a.path("/sessions/" + text(a.t, other.access, "sid") + "/")
		return func() reply { return a.send(http.MethodDelete, path, nil, "Authorization", "Bearer "+mine.access) }
	}}
}

// calling is what an application does from Go, in an endpoint of its own.
func calling(prepare func(a *app) func(context.Context) error) outage {
	return outage{prepare: func(a *app) func() reply {
		a.call = prepare(a)
		return func() reply { return a.post("/call/", object{}) }
	}}
}

// deleting removes a user, and then what is left of its sessions, which are dead without it.
func deleting() outage {
	o := calling(func(a *app) func(context.Context) error {
		a.login(ann)
		return func(ctx context.Context) error { return a.service.DeleteUser(ctx, "1") }
	})
	o.inSteps = true
	return o
}

// called is the endpoint of [calling].
func (a *app) called(r *http.Request) (*auth.Response, error) {
	if err := a.call(r.Context()); err != nil {
		return nil, err
	}
	return &auth.Response{Status: http.StatusNoContent}, nil
}

// mailed asks for a link, and returns whose it is and its code.
func (a *app) mailed(ask func(ctx context.Context, address, next string, from auth.Client) error) (id, code string) {
	a.t.Helper()
	if err := ask(context.Background(), ann, "", auth.Client{}); err != nil {
		a.t.Fatal(err)
	}
	parts := strings.Split(a.newest(a.mails), "/")
	return parts[3], parts[4]
}

// outages are all endpoints and guards.
func outages() map[string]outage {
	credentials := func(*app, pair) object { return object{"email": ann, "password": userPassword} }
	refresh := func(_ *app, p pair) object { return object{"refresh": p.refresh} }
	foreign := func(a *app, _ pair) object { return object{"refresh": a.foreign("refresh", "1", nil)} }
	scope := func(scope string) func(*app, pair) object {
		return func(_ *app, p pair) object { return object{"refresh": p.refresh, "scope": scope} }
	}
	return map[string]outage{
		"login":           posting("/token/", credentials),
		"sliding login":   posting("/token/sliding/", credentials),
		"refresh":         posting("/token/refresh/", refresh),
		"foreign refresh": posting("/token/refresh/", foreign),
		"slide": posting("/token/sliding/refresh/",
			func(a *app, _ pair) object { return object{"token": a.slidingToken()} }),
		"verify access": posting("/token/verify/",
			func(_ *app, p pair) object { return object{"token": p.access} }),
		"verify refresh": posting("/token/verify/",
			func(_ *app, p pair) object { return object{"token": p.refresh} }),
		"verify foreign": posting("/token/verify/",
			func(a *app, _ pair) object { return object{"token": a.foreign("refresh", "1", nil)} }),
		"blacklist":         posting("/token/blacklist/", refresh),
		"blacklist foreign": posting("/token/blacklist/", foreign),
		"logout":            posting(logoutPath, refresh),
		"logout sliding": posting(logoutPath,
			func(a *app, _ pair) object { return object{"token": a.slidingToken()} }),
		"logout foreign": posting(logoutPath, foreign),
		"logout others":  posting(logoutPath, scope("others")),
		"logout all":     posting(logoutPath, scope("all")),
		"create-user": posting("/create-user/",
			func(*app, pair) object { return object{"email": "b@example.com", "password": userPassword} }),
		"password-change": posting("/password-change/", func(*app, pair) object {
			return object{"email": ann, "password": userPassword, "new_password": freshPassword}
		}),
		"sessions":   asking("/auth/sessions/"),
		"end others": endingOthers(),
		"end one":    endingOne(),
		"open from Go": calling(func(a *app) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := a.service.OpenSession(ctx, auth.UserKey{Email: ann}, auth.Client{}, nil)
				return err
			}
		}),
		"reset": calling(func(a *app) func(context.Context) error {
			a.login(ann)
			id, code := a.mailed(a.service.RequestPasswordReset)
			return func(ctx context.Context) error {
				return a.service.ResetPassword(ctx, auth.PasswordReset{UserID: id, Code: code, NewPassword: freshPassword})
			}
		}),
		"confirm": calling(func(a *app) func(context.Context) error {
			a.update("1", func(u *auth.User) { u.Unconfirmed = true })
			id, code := a.mailed(a.service.RequestConfirmation)
			return func(ctx context.Context) error { return a.service.ConfirmEmail(ctx, id, code, auth.Client{}) }
		}),
		"change from Go": calling(func(a *app) func(context.Context) error {
			a.login(ann)
			return func(ctx context.Context) error {
				_, err := a.service.UpdateUser(ctx, auth.UserKey{Email: ann}, func(u *auth.User) error {
					u.FirstName, u.Roles = "Ann", []string{"writer"}
					return nil
				})
				return err
			}
		}),
		"delete from Go": deleting(),
		"user":           asking("/auth/user/"),
		"maybe":          asking("/api/maybe"),
		"me":             asking("/api/me"),
		"editor":         asking("/api/editor"),
		"posts":          asking("/api/posts"),
		"staff":          asking("/api/staff"),
	}
}

// served is an application whose user every route serves.
func (h Harness) served(t *testing.T) *app {
	t.Helper()
	a := h.bare(t)
	a.mails = &outbox{}
	a.restart(func(s *auth.Settings) { s.Mailer, s.PublicURL = a.mails, "https://app.example.com" },
		auth.With(auth.Endpoint{Name: "call", Method: http.MethodPost, Path: "/call/", Handle: a.called}))
	a.user(ann, func(n *auth.NewUser) {
		n.Staff, n.Roles, n.Permissions = true, []string{"editor"}, []string{"posts.view", "posts.list"}
	})
	return a
}
