package remote

import (
	"errors"
	"net/http"
	"slices"
	"time"

	auth "github.com/authplug/authplug/core"
)

// Examples of outages.
var (
	noAnswer  = unavailable(textConnection, errors.New("there is no answer"))
	noProfile = badProfile(errors.New("there is none"))
)

// contracts say what the endpoints of a client-service take and answer.
type contracts struct {
	service auth.Settings
	remote  Settings
}

// amend changes what is said of a service that decides itself to what is true of one that asks.
func (c contracts) amend(e auth.Endpoint) {
	k := e.Contract
	k.Refuses = slices.DeleteFunc(k.Refuses, func(e *auth.Error) bool { return !isOfBody(e) && !isOfBrowser(e) })
	switch e.Name {
	case "token", "token-sliding":
		c.login(k)
	case "token-refresh", "token-sliding-refresh":
		c.exchange(k)
	case "token-verify":
		c.verify(k)
	case "token-logout":
		c.logout(k)
	case "password-change":
		c.changePassword(k)
	case "user":
		c.user(k)
	}
}

// isOfBody reports whether an error may be one of a body, which is read as everywhere.
func isOfBody(e *auth.Error) bool {
	switch e.Status() {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
		return true
	}
	return false
}

// isOfBrowser reports whether an error is one of what browsers carry, which is defended as everywhere.
func isOfBrowser(e *auth.Error) bool {
	return e.Status() == http.StatusForbidden && (e.Code() == "csrf_failed" || e.Code() == "disallowed_origin") || errors.Is(e, auth.ErrNoRefresh)
}

// asks adds what may come of asking: that there is no answer, and refusals of these statuses.
func asks(k *auth.Contract, statuses []int, own ...*auth.Error) {
	k.Refuses = append(append(k.Refuses, own...), noAnswer)
	k.PassesOn = slices.Clone(statuses)
	for _, status := range statuses {
		wordless := &answer{status: status, header: http.Header{"Retry-After": {"30"}}}
		k.Refuses = append(k.Refuses, wordless.refusal(time.Time{}))
	}
}

func (c contracts) login(k *auth.Contract) {
	k.More = true
	if len(k.Gives) > 1 {
		k.Gives = []auth.Field{
			{Name: "refresh", MinLength: 1, Optional: true},
			{Name: "access", MinLength: 1, Optional: true},
			{Name: "token", Text: "In place of both, where the auth-service issues sliding tokens.", MinLength: 1, Optional: true},
		}
	}
	asks(k, refusals, append(c.mirrored(), auth.ErrLoginFailed)...)
}

// mirrored are the refusals of the user of a profile.
func (c contracts) mirrored() []*auth.Error {
	all := []*auth.Error{noProfile, auth.ErrUnavailable}
	if !c.service.Claims.Stateless {
		all = append(all, auth.ErrAccountConflict)
	}
	return all
}

func (c contracts) exchange(k *auth.Contract) {
	k.More = true
	if k.Gives[0].Name == "access" {
		k.Gives = []auth.Field{
			{Name: "access", MinLength: 1},
			{Name: "refresh", Text: "Where the auth-service rotates them.", MinLength: 1, Optional: true},
		}
	}
	own := []*auth.Error{auth.ErrTokenInvalid}
	if c.remote.Verify == VerifyLocal && !c.service.Claims.Stateless {
		own = append(own, auth.ErrNoAccount, auth.ErrAccountConflict) // the profile is copied then
	}
	asks(k, refusals, own...)
}

func (c contracts) verify(k *auth.Contract) {
	statuses := refusals
	if c.remote.Verify == VerifyLocal {
		statuses = nil // keys alone are asked for
	}
	asks(k, statuses, auth.ErrTokenInvalid)
}

// logout ends nothing but a refresh token, and what the auth-service makes of that is not told.
func (c contracts) logout(k *auth.Contract) {
	k.Text = "A token that is no good any more is no error, and neither is that the auth-service cannot be asked."
	refresh := auth.Field{Name: "refresh", Text: "The token whose session ends.", Type: "string|null", Optional: true}
	if c.remote.KeepTokens {
		k.Text, refresh.Text = "No session ends: it is for the client to forget its tokens.", ""
	}
	k.Token, k.Takes = false, []auth.Field{
		refresh, {Name: "scope", Text: "Which sessions end.", Optional: true, Values: []string{string(auth.ScopeThis)}},
	}
	k.Refuses = append(k.Refuses, errScope)
}

func (c contracts) changePassword(k *auth.Contract) {
	k.Text = "The auth-service decides which password is good, and which sessions end."
	for i := range k.Takes {
		k.Takes[i].MinLength, k.Takes[i].MaxLength = 1, 0
	}
	asks(k, refusals)
}

// user is what guards answer as well.
func (c contracts) user(k *auth.Contract) {
	k.Refuses = append(k.Refuses, auth.ErrNoCredentials, errNoToken, errTwoTokens, auth.ErrUserInactive)
	if c.remote.Verify != VerifyRemote {
		k.Refuses = append(k.Refuses, auth.ErrTokenInvalid, auth.ErrTokenKind, auth.ErrNoUserClaim)
	}
	if c.service.Claims.Stateless && c.remote.Verify == VerifyRemote {
		k.Gives[0].Type = "integer|string" // as the profile has it, which no token has to name
	}
	switch {
	case c.remote.Verify != VerifyLocal:
		asks(k, []int{http.StatusUnauthorized, http.StatusTooManyRequests}, append(c.mirrored(), errBadToken, bearerError(codeRefused, textIncorrect))...)
	case c.service.Claims.Stateless:
		asks(k, nil, auth.ErrUnavailable) // for keys alone
	default:
		asks(k, []int{http.StatusTooManyRequests}, append(c.mirrored(), bearerError(codeRefused, textError))...)
	}
}
