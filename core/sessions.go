package auth

import (
	"context"
	"net/http"
	"slices"
)

// Sessions returns the live sessions of a user, the newest first: for an administrator's eyes, and
// for [Service.EndSession]. It returns [ErrNotFound] for a missing user, and [ErrUnavailable].
func (s *Service) Sessions(ctx context.Context, key UserKey) ([]*Session, error) {
	u, err := s.User(ctx, key)
	if err != nil {
		return nil, err
	}
	return s.sessionsOf(ctx, u)
}

// sessionsOf returns the sessions of a user that have neither ended nor run out, nor ended all at
// once by a new epoch.
func (s *Service) sessionsOf(ctx context.Context, u *User) ([]*Session, error) {
	all, err := s.stores.Sessions.LiveSessions(ctx, u.ID, s.now())
	if err != nil {
		return nil, unavailable(err)
	}
	return slices.DeleteFunc(all, func(e *Session) bool { return e.Epoch != u.Epochs.Refresh }), nil
}

// EndOtherSessions ends all sessions of a user but one, by its id, as [Service.EndSession] ends
// one. It returns [ErrNotFound] for a missing user, and [ErrUnavailable] if some may not have ended.
func (s *Service) EndOtherSessions(ctx context.Context, key UserKey, except string) error {
	u, err := s.User(ctx, key)
	if err != nil {
		return err
	}
	return s.endOthers(ctx, u, except, Client{})
}

func (s *Service) endOthers(ctx context.Context, u *User, except string, from Client) error {
	e := Ending{UserID: u.ID, Except: except, Reason: "logout_others"}
	return s.end(ctx, e, Event{Kind: EventSessionEnded, UserID: u.ID, Address: from.Address})
}

// sessionBody is a session as its user sees it.
type sessionBody struct {
	ID       string `json:"id"`
	Device   string `json:"device"`
	Address  string `json:"address"`
	Created  any    `json:"created"`
	LastSeen any    `json:"last_seen"`
	Current  bool   `json:"current"`
}

// sessionOwner is who asks for its own sessions, and from which one.
type sessionOwner struct {
	user    *User
	current string // empty: a token of another service
}

// sessionOwner returns whose token a request carries. Like a logout of wider scope, seeing and
// ending other sessions takes a token whose session lives, even where access tokens outlive it.
func (s *Service) sessionOwner(r *http.Request) (o sessionOwner, err error) {
	if _, err := s.Admit(r, Authenticated); err != nil {
		return o, err
	}
	access, _, err := s.carrier.access(r)
	if err != nil {
		return o, ErrForbidden // known in another way: there are no sessions of it
	}
	l := &local{s}
	claims, err := l.presented(Logout{Access: access})
	if err != nil {
		return o, err
	}
	st, err := l.owner(r.Context(), claims)
	return sessionOwner{st.user, claims.Session}, err
}

// listSessions is GET sessions/.
func (s *Service) listSessions(r *http.Request) (*Response, error) {
	o, err := s.sessionOwner(r)
	if err != nil {
		return nil, err
	}
	all, err := s.sessionsOf(r.Context(), o.user)
	if err != nil {
		return nil, err
	}
	bodies := make([]sessionBody, len(all))
	for i, e := range all {
		bodies[i] = sessionBody{
			ID: e.ID, Device: e.Label, Address: e.Address,
			Created: wireTime(e.CreatedAt), LastSeen: wireTime(e.LastSeen), Current: e.ID == o.current,
		}
	}
	return answer(http.StatusOK, bodies).noStore(), nil
}

// endOtherSessions is DELETE sessions/.
func (s *Service) endOtherSessions(r *http.Request) (*Response, error) {
	o, err := s.sessionOwner(r)
	if err != nil {
		return nil, err
	}
	if err := s.endOthers(r.Context(), o.user, o.current, s.clientOf(r)); err != nil {
		return nil, err
	}
	return answer(http.StatusNoContent, nil), nil
}

// endOwnSession is DELETE sessions/{id}/. Ending one's own session twice is no error: the first
// answer may have got lost.
func (s *Service) endOwnSession(r *http.Request) (*Response, error) {
	o, err := s.sessionOwner(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := s.belongs(r.Context(), id, o.user); err != nil {
		return nil, err
	}
	err = s.end(r.Context(), Ending{UserID: o.user.ID, ID: id, Reason: "revoked"}, Event{
		Kind: EventSessionEnded, UserID: o.user.ID, Address: s.address(r),
	})
	if err != nil {
		return nil, err
	}
	return answer(http.StatusNoContent, nil), nil
}

// belongs answers that there is no such session unless it is the user's: whose it is, is nobody
// else's business.
func (s *Service) belongs(ctx context.Context, id string, u *User) error {
	if plainID(id) == "" {
		return errNoPath
	}
	session, err := s.session(ctx, id)
	switch {
	case err != nil:
		return err
	case session == nil || session.UserID != u.ID:
		return errNoPath
	}
	return nil
}

// sessionEndpoints are for people who look where they are logged in.
func (s *Service) sessionEndpoints() []Endpoint {
	refusals := slices.Clip(append(s.profileRefusals(), ErrTokenRevoked, ErrForbidden))
	fields := []Field{
		{Name: "id"},
		{Name: "device", Text: "what the client is, for people: `Firefox on Linux`"},
		{Name: "address", Text: "its network address when it was last seen"},
		{Name: "created", Format: "date-time"},
		{Name: "last_seen", Format: "date-time"},
		{Name: "current", Type: "boolean", Text: "whether it is the session of the request's token"},
	}
	return []Endpoint{
		{"sessions", http.MethodGet, "/sessions/", s.listSessions, &Contract{
			Summary: "List where one is logged in", Text: "The newest session comes first.",
			Token: true, Gives: fields, List: true, Refuses: refusals,
		}},
		{"sessions-end-others", http.MethodDelete, "/sessions/", s.endOtherSessions, &Contract{
			Summary: "Log out everywhere else", Token: true, Status: http.StatusNoContent, Refuses: refusals,
		}},
		{"session-end", http.MethodDelete, "/sessions/:id/", s.endOwnSession, &Contract{
			Summary: "Log out one session", Text: "Ending a session twice is no error.",
			Token: true, Status: http.StatusNoContent, Refuses: append(slices.Clone(refusals), errNoPath),
		}},
	}
}
