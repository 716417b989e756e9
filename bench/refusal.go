package main

import (
	"errors"
	"math"
	"net/http"

	auth "github.com/authplug/authplug/core"
)

// refusing is goal 4: a token with a bad signature, from the request to the answer.
func refusing(e effort) ([]row, error) {
	_, s, err := subjects()
	if err != nil {
		return nil, err
	}
	built, err := ginApps(s)
	if err != nil {
		return nil, err
	}
	bad := request(forged(s.access))
	refuse := func() error {
		if _, err := s.service.Admit(bad, auth.Authenticated); err == nil {
			return errors.New("a forged token is admitted")
		}
		return nil
	}
	costs, err := e.compare(
		answering(built.plain, "", http.StatusOK),
		answering(built.ours, forged(s.access), http.StatusUnauthorized),
		answering(built.peer, forged(s.access), http.StatusUnauthorized),
		refuse,
	)
	if err != nil {
		return nil, err
	}
	ours, peer := costs[1].minus(costs[0]), costs[2].minus(costs[0])
	return []row{{4, "bad signature, refused and answered, Gin; peer gin-jwt/v2", []figure{
		ratio("%.2f× peer", ours.nanos/peer.nanos, 1, 0.1),
		ratio("%.0f allocs", ours.allocs, peer.allocs, none),
		ratio("%.2f× peer for the refusal alone", costs[3].nanos/peer.nanos, none, none),
		count("%.0f allocs for it", math.Round(costs[3].allocs), none, 0),
	}}}, nil
}
