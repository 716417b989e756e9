package auth

import "net/http"

// wellKnown begins paths that are below the root wherever the service is mounted (RFC 8615).
const wellKnown = "/.well-known/"

// keysAge is for how long others may keep the published keys. A key that is coming should be
// published for longer before it signs.
const keysAge = "public, max-age=300"

// publishedKeys is GET /.well-known/jwks.json: a JWK set (RFC 7517 §5) of public keys alone. A
// service with secrets alone has none to show.
func (s *Service) publishedKeys(*http.Request) (*Response, error) {
	keys := s.codec.keyed.Load().Keys()
	if len(keys) == 0 {
		return nil, errNoPath
	}
	body := []byte(`{"keys":[`)
	for i, k := range keys {
		public, err := k.JWK()
		if err != nil {
			return nil, ErrInternal.Because(err)
		}
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, public...)
	}
	header := http.Header{"Cache-Control": {keysAge}, "Content-Type": jsonType}
	return &Response{Header: header, Body: append(body, "]}"...)}, nil
}

func (s *Service) keysEndpoint() Endpoint {
	return Endpoint{"jwks", http.MethodGet, wellKnown + "jwks.json/", s.publishedKeys, &Contract{
		Summary: "Tell the keys that verify tokens", Text: "Public ones alone: where tokens are signed with a secret, there are none.",
		Gives: []Field{{Name: "keys", List: true, Fields: []Field{
			{Name: "alg"},
			{Name: "crv", Optional: true},
			{Name: "e", Optional: true},
			{Name: "kid"},
			{Name: "kty"},
			{Name: "n", Optional: true},
			{Name: "use"},
			{Name: "x", Optional: true},
			{Name: "y", Optional: true},
		}}},
		Refuses: []*Error{errNoPath}, storeless: true,
	}}
}
