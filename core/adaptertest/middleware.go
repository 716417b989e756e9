package adaptertest

import auth "github.com/authplug/authplug/core"

// Adapter is what the adapters of all frameworks have: middleware of the framework's own type.
type Adapter[M any] interface {
	Authenticate() M
	RequireAuth() M
	RequireLogin() M
	RequireRole(first string, more ...string) M
	RequirePermission(first string, more ...string) M
	Require(first auth.Guard, more ...auth.Guard) M
}

// Middleware returns the adapter's middleware that a route is to be guarded with.
func Middleware[M any](a Adapter[M], route Route) M {
	switch {
	case route.Auth:
		return a.RequireAuth()
	case route.Login:
		return a.RequireLogin()
	case len(route.Role) > 0:
		return a.RequireRole(route.Role[0], route.Role[1:]...)
	case len(route.Permissions) > 0:
		return a.RequirePermission(route.Permissions[0], route.Permissions[1:]...)
	case len(route.Guards) > 0:
		return a.Require(route.Guards[0], route.Guards[1:]...)
	}
	return a.Authenticate()
}
