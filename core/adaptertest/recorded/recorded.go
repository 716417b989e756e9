// Package recorded holds what the original of the protocol, django-easyjwt, was seen to do: the
// exchanges with running services, and the tokens, hashes and judgments that it made. Tests compare
// with it; package replay replays the exchanges.
package recorded

import (
	"bytes"
	_ "embed" // the recordings
	"encoding/json"
	"sync"
)

//go:embed easyjwt-transcripts.json
var transcripts []byte

//go:embed fixture.json
var fixture []byte

//go:embed easyjwt-vectors.json
var vectors []byte

// Exchange is one recorded request and its answer.
type Exchange struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	Service  string           `json:"service"` // "auth-service" or "client-service"
	Setup    string           `json:"setup"`   // how the service was set up, in words
	Request  Request          `json:"request"`
	Response Response         `json:"response"`
	Tokens   map[string]Token `json:"tokens"` // by the placeholders that stand for them
	Note     string           `json:"note"`
}

// Request is a recorded request. A body that is a JSON text was sent as it is, in Python's notation
// for bytes if it begins so; any other one was sent as JSON.
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	Cookies *string           `json:"cookies"`
}

// Response is a recorded answer. The body of one that was not JSON is abridged to an object with
// the member "_kind".
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]Values `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// Values are the values of a header, which the recording writes as one text or as a list.
type Values []string

// UnmarshalJSON implements json.Unmarshaler.
func (v *Values) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, (*[]string)(v))
	}
	*v = Values{""}
	return json.Unmarshal(text, &(*v)[0])
}

// Token is what a recorded token said.
type Token struct {
	Header  json.RawMessage `json:"header"`
	Payload json.RawMessage `json:"payload"`
}

// User is a user who stood behind the exchanges. Absent fields have Django's defaults.
type User struct {
	ID        int    `json:"id"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Staff     bool   `json:"is_staff"`
	Superuser bool   `json:"is_superuser"`
	Active    *bool  `json:"is_active"` // nil: active
}

// Fixture is who stood behind the exchanges: the users of the auth-service and the client-service's
// own, in the order of their ids, the published key that signed the tokens, and what an
// auth-service answered that was none, by path. The latter's "other paths" are all others.
type Fixture struct {
	SigningKey  string           `json:"signing_key"`
	Users       []User           `json:"auth_users"`
	ClientUsers []User           `json:"client_users"`
	Upstream    map[string]Reply `json:"scripted_upstream_defaults"`
}

// Reply is what an auth-service answered that was scripted. A body that is no text is JSON, and a
// reply without headers has the type of its body.
type Reply struct {
	Status      int               `json:"status"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers"`
	Body        json.RawMessage   `json:"body"`
	Delay       float64           `json:"delay"`  // in seconds
	Action      string            `json:"action"` // instead of a whole answer: "drip", "close", "partial"
}

// Exchanges returns all exchanges.
var Exchanges = sync.OnceValue(func() []Exchange { return decoded[[]Exchange](transcripts) })

// People returns the fixture.
var People = sync.OnceValue(func() Fixture { return decoded[Fixture](fixture) })

func decoded[T any](text []byte) T {
	var v T
	if err := json.Unmarshal(text, &v); err != nil {
		panic("recorded: " + err.Error()) // the files are part of the program
	}
	return v
}
