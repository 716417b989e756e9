package main

import "net/http"

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
	bad := forged(s.access)
	costs, err := e.compare(
		answering(built.plain, "", http.StatusOK),
		answering(built.ours, bad, http.StatusUnauthorized),
		answering(built.peer, bad, http.StatusUnauthorized),
	)
	if err != nil {
		return nil, err
	}
	ours, peer := costs[1].minus(costs[0]), costs[2].minus(costs[0])
	return []row{{4, "bad signature, refused and answered, Gin; peer gin-jwt/v2", []figure{
		ratio("%.2f× peer", ours.nanos/peer.nanos, 1, 0.1),
		count("%.0f allocs", ours.allocs, peer.allocs, peer.allocs),
	}}}, nil
}
