package replay

import (
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/adaptertest/recorded"
	"github.com/authplug/authplug/core/remote"
)

// openClient starts the client-service, and puts its auth-service behind an address.
func (s *stage) openClient() {
	s.t.Helper()
	upstream := remote.Settings{Timeout: s.setup.timeout, AllowInsecure: true}
	if s.setup.upstream != nil {
		upstream.URL = s.setup.upstream(s.t)
	} else {
		server := httptest.NewServer(s.auth)
		s.t.Cleanup(server.Close)
		upstream.URL = server.URL
	}
	if s.setup.mirror != nil {
		s.setup.mirror(&upstream.Mirror)
	}
	s.clientStore = s.harness.Store(s.t)
	settings := clientSettings()
	settings.Now = s.clock
	service, err := remote.New(settings, auth.In(s.clientStore), upstream)
	if err != nil {
		s.t.Fatalf("remote.New() = %v", err)
	}
	s.client = service
	s.handler = s.harness.Client(service, clientRoutes(service)...)
	s.populate(s.clientStore, recorded.People().ClientUsers)
}

// clientSettings are those of the recorded client-service. It is mounted where its application's own
// routes are.
func clientSettings() auth.Settings {
	settings := recordedSettings()
	settings.Signing = auth.Signing{}
	settings.Mount = "/"
	return settings
}

// clientRoutes are the endpoints of the recorded client-service, and its application's own routes.
func clientRoutes(s *auth.Service) []auth.RouteOption {
	guarded := func(name string, g auth.Guard) auth.Endpoint {
		return auth.Endpoint{
			Name: name, Method: http.MethodGet, Path: "/api/" + name + "/",
			Handle: func(r *http.Request) (*auth.Response, error) {
				_, err := s.Admit(r, g)
				return &auth.Response{Body: "success"}, err
			},
		}
	}
	return []auth.RouteOption{
		auth.Only("token", "token-refresh", "token-verify", "token-logout"),
		auth.At("token", "/auth/token/"), auth.At("token-refresh", "/auth/token/refresh/"),
		auth.At("token-verify", "/auth/token/verify/"), auth.At("token-logout", "/auth/token/logout/"),
		auth.With(guarded("test", auth.Authenticated), guarded("group", inGroup)),
	}
}
