package replay

import (
	"crypto"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/authplug/authplug/core/adaptertest/internal/forge"
	"github.com/authplug/authplug/core/adaptertest/recorded"
)

// origin is where the tokens of a request come from.
type origin string

const (
	own     origin = "of this service"    // where the recorded ones came from a login
	foreign origin = "of another service" // that shares the key: all are as recorded
)

// issued are the placeholders of tokens that a login gave. All other tokens were made by hand.
var issued = []string{
	"<access>", "<refresh>", "<refresh-0>", "<refresh-1>", "<refresh-2>", "<refresh-x>", "<refresh-second>", "<sliding>",
	"<access-before-change>", "<refresh-before-change>", "<access-of-deleted-user>",
	"<access-of-deactivated-user>", "<refresh-of-deactivated-user>",
}

// origins returns from where the tokens of an exchange can come.
func origins(e recorded.Exchange) []origin {
	for _, name := range given(e) {
		if fromLogin(e, name) {
			return []origin{own, foreign}
		}
	}
	return []origin{own}
}

// given lists the placeholders in a request.
func given(e recorded.Exchange) []string {
	text := string(e.Request.Body) + strings.Join(slices.Collect(maps.Values(e.Request.Headers)), " ")
	var names []string
	for name := range e.Tokens {
		if strings.Contains(text, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// fromLogin reports whether the token behind a placeholder came from a login.
func fromLogin(e recorded.Exchange, name string) bool {
	var payload struct {
		Kind     string `json:"token_type"`
		Exp, Iat float64
	}
	// Some payloads are no payloads that a login gives; they do not fit and are made by hand.
	err := json.Unmarshal(e.Tokens[name].Payload, &payload)
	short := payload.Kind == "refresh" && payload.Exp-payload.Iat < 86400
	byHand := strings.Contains(string(e.Tokens[name].Header), `"kid"`)
	return err == nil && !short && !byHand && slices.Contains(issued, name)
}

// moment is when an exchange happened, in Unix time: what its tokens say.
func moment(e recorded.Exchange) int64 {
	latest := int64(joined)
	requested := given(e)
	for name, token := range e.Tokens {
		var payload struct{ Exp, Iat json.Number }
		_ = json.Unmarshal(token.Payload, &payload) // an exp that is no number is of no help
		iat, _ := payload.Iat.Int64()
		exp, _ := payload.Exp.Int64()
		ahead := strings.HasPrefix(name, "<iat+")
		if ahead || !slices.Contains(requested, name) && strings.HasPrefix(name, "<access") {
			iat = exp - 300
		}
		latest = max(latest, iat)
	}
	return latest
}

// prepare makes the tokens of the request and brings about what went before it.
func (s *stage) prepare() {
	s.t.Helper()
	before := steps[s.exchange.ID]
	if before.first != nil {
		before.first(s)
	}
	for _, name := range given(s.exchange) {
		s.tokens[name] = s.obtain(name)
	}
	s.at(moment(s.exchange))
	for _, name := range given(s.exchange) {
		s.befall(name)
	}
	if before.then != nil {
		before.then(s)
	}
}

// obtain returns the token of this service that stands for a recorded one.
func (s *stage) obtain(name string) string {
	s.t.Helper()
	if s.origin == foreign || !fromLogin(s.exchange, name) {
		return s.minted(name)
	}
	payload := members(s.t, s.exchange.Tokens[name].Payload)
	iat, err := strconv.ParseInt(valueOf(payload, "iat"), 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	s.at(iat)
	tokens := s.login(s.holder(payload))
	kind := strings.Trim(valueOf(payload, s.service.Settings().Claims.Kind), `"`)
	if kind == "sliding" {
		kind = "token"
	}
	s.refresh = tokens["refresh"]
	return tokens[kind]
}

// holder returns the fixture's user whom a payload names.
func (s *stage) holder(payload []member) recorded.User {
	s.t.Helper()
	id := strings.Trim(valueOf(payload, s.service.Settings().Claims.UserID), `"`)
	for _, p := range recorded.People().Users {
		if id == fmt.Sprint(p.ID) || id == p.Email {
			return p
		}
	}
	s.t.Fatalf("nobody has the id %q", id)
	return recorded.User{}
}

func (s *stage) login(p recorded.User) map[string]string {
	s.t.Helper()
	var tokens map[string]string
	body, err := json.Marshal(map[string]string{"email": p.Email, "password": p.Password})
	if err == nil {
		err = json.Unmarshal(s.post("/token/", string(body)), &tokens)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return tokens
}

// minted signs what a recorded token said.
func (s *stage) minted(name string) string {
	s.t.Helper()
	token := s.exchange.Tokens[name]
	header, payload := compact(s.t, token.Header), s.payload(token)
	right := signed(recorded.People().SigningKey, header, payload)
	switch name {
	case "<other-key>":
		return signed("an entirely different key of 32 b", header, payload)
	case "<tampered-signature>":
		other := signed(recorded.People().SigningKey, header, payload+" ")
		return unsigned(right) + other[len(unsigned(other)):]
	case "<alg-confusion-HS256-with-public-key>":
		return signed(rsaPair().PublicPEM(), header, payload)
	}
	var by struct{ Alg, Kid string }
	if err := json.Unmarshal(token.Header, &by); err != nil {
		s.t.Fatal(err)
	}
	switch {
	case by.Alg == "none":
		return unsigned(right)
	case by.Alg == "RS256" && by.Kid != "":
		return otherRSAPair().Token(header, payload)
	case by.Alg == "RS256":
		return rsaPair().Token(header, payload)
	case by.Alg == "ES256":
		return ecPair().Token(header, payload)
	}
	return right
}

func signed(secret, header, payload string) string {
	return forge.HMAC(crypto.SHA256, secret, header, payload)
}

// unsigned returns a token up to its signature.
func unsigned(token string) string { return token[:strings.LastIndexByte(token, '.')+1] }

// payload is what a recorded token said, the password's fingerprint being this service's.
func (s *stage) payload(token recorded.Token) string {
	text := compact(s.t, token.Payload)
	claims := s.service.Settings().Claims
	payload := members(s.t, token.Payload)
	if print := valueOf(payload, claims.Revoke); print != "" && claims.CheckRevoke {
		holder := s.user(fmt.Sprint(s.holder(payload).ID))
		text = strings.ReplaceAll(text, print, `"`+fingerprint(string(holder.PasswordHash))+`"`)
	}
	return text
}

// placed puts this service's tokens into a text.
func (s *stage) placed(text string) string {
	for name, token := range s.tokens {
		text = strings.ReplaceAll(text, name, token)
	}
	return text
}

// fingerprint is the protocol's claim for a stored password.
func fingerprint(stored string) string { return fmt.Sprintf("%X", sha256.Sum256([]byte(stored))) }
