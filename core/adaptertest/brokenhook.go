package adaptertest

import (
	"fmt"
	"net/http"

	auth "github.com/authplug/authplug/core"
)

// members is what an application's hooks return: more fields, more claims.
type members = func() (map[string]any, error)

// nothing is a hook that adds nothing.
func nothing() (map[string]any, error) { return nil, nil }

// adds is a hook that adds one member.
func adds(name string, value any) members {
	return func() (map[string]any, error) { return map[string]any{name: value}, nil }
}

// brokenHook is a hook that does not do its part, and the answer that it gives.
type brokenHook struct {
	hook   members
	status int
	body   string
}

// brokenHooks are the ways in which any hook may fail, and those that are told of.
func brokenHooks(more ...members) []brokenHook {
	all := []brokenHook{{
		func() (map[string]any, error) {
			return nil, auth.NewError(http.StatusForbidden, "unpaid", "Pay first.")
		},
		http.StatusForbidden, `{"detail":"Pay first.","code":"unpaid"}`,
	}}
	for _, hook := range append([]members{
		func() (map[string]any, error) { return nil, errOutage },
		func() (map[string]any, error) { panic("the hook is broken") },
		func() (map[string]any, error) { return nil, noError() },
		func() (map[string]any, error) { return nil, fmt.Errorf("hook: %w", noError()) },
		adds("x", func() {}),
	}, more...) {
		all = append(all, brokenHook{hook, http.StatusInternalServerError, internalBody})
	}
	return all
}
