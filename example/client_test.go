package example_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"testing"

	"github.com/authplug/authplug/example/internal/httpclient"
)

// The ways in which a client-service verifies tokens.
const (
	modeRemote = "EASY_JWT_REMOTE_VERIFY=remote"
	modeLocal  = "EASY_JWT_REMOTE_VERIFY=local"
	modeHybrid = "EASY_JWT_REMOTE_VERIFY=hybrid"
)

// eachMode runs a test for each way to verify on each framework, in parallel.
func eachMode(t *testing.T, test func(t *testing.T, framework, mode string)) {
	t.Helper()
	eachFramework(t, func(t *testing.T, framework string) {
		for _, mode := range []string{modeRemote, modeLocal, modeHybrid} {
			t.Run(mode, func(t *testing.T) {
				t.Parallel()
				test(t, framework, mode)
			})
		}
	})
}

// services are an auth-service and a client-service that asks it. They share an environment, as far
// as it goes: each has its own address and directory.
type services struct {
	t                     *testing.T
	authPlace, place      *place
	authProgram, program  *program
	authClient, newClient *httpclient.Client // newClient is one of the client-service, who is nobody
}

// startServices starts both. The first user of the auth-service is nobody's business, so that ids
// differ; the second is Ann.
func startServices(t *testing.T, environ ...string) *services {
	t.Helper()
	addr := freeAddr(t)
	// The key in the environment is that of both, and switches development mode off.
	shared := append([]string{strongKey, "DEV=true", "EASY_JWT_REMOTE_AUTH_SERVICE_URL=http://" + addr, storeSQLite}, environ...)
	if slices.Contains(environ, modeHybrid) {
		shared = append(shared, "EASY_JWT_REMOTE_CACHE_TTL=5m")
	}
	s := &services{
		t:         t,
		authPlace: placeOf(t, authservice, shared...).with("ADDR=" + addr),
		place:     placeOf(t, clientservice, shared...),
	}
	s.startAuthService()
	s.program = s.place.start()
	s.newClient = s.program.client()
	s.authClient.Post("/auth/create-user/", credentials("first@example.com", password)).Want(201, "")
	registerAnn(s.authClient)
	return s
}

// startAuthService starts the auth-service, perhaps again.
func (s *services) startAuthService() {
	s.t.Helper()
	s.authProgram = s.authPlace.start()
	s.authClient = s.authProgram.client()
}

// freeAddr returns an address that a program can take, leave and take again: its port is below those
// that systems give to whom it does not matter.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 50 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(10000))
		if listener, err := net.Listen("tcp", addr); err == nil {
			_ = listener.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}
