package token

import (
	"encoding/base64"
	"slices"
)

// encodeHeader writes the header segment of a token. The protocol knows no kid for secrets, but
// accepts one.
func encodeHeader(alg Algorithm, kid string) string {
	b := append([]byte(nil), `{"alg":"`+string(alg)+`"`...)
	if kid != "" {
		b = appendString(append(b, `,"kid":`...), kid)
	}
	b = append(b, `,"typ":"JWT"}`...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// header is what of a token's header counts. Everything else, keys that a token brings along above
// all, is ignored.
type header struct {
	alg    Algorithm
	kid    string
	hasKID bool
}

// find returns the keys that may have signed a token with this header segment.
func (r *ring) find(segment string) (route, error) {
	if known := r.route(segment); known != nil {
		return *known, nil
	}
	h, err := parseHeader(segment)
	if err != nil {
		return route{}, err
	}
	if h.hasKID {
		if k := r.named(h.kid); k != nil {
			return r.only(k, h.alg)
		}
		if !h.alg.Symmetric() {
			return route{}, ErrNoKey
		}
	}
	if keys := r.of(h.alg); keys != nil {
		return route{keys: keys}, nil
	}
	return route{}, ErrNoKey
}

// only returns the one key that a token names, provided that it is of the algorithm that the token
// names.
func (r *ring) only(k *ringKey, alg Algorithm) (route, error) {
	if k.key.Algorithm() != alg {
		return route{}, ErrNoKey
	}
	i := slices.Index(r.keys, k)
	return route{keys: r.keys[i : i+1], named: true}, nil
}

func parseHeader(segment string) (header, error) {
	text := make([]byte, decodedLen(len(segment)))
	if _, ok := decode(text, segment); !ok {
		return header{}, errFormat
	}
	var h header
	var names []string
	s, ok := scanner{text: string(text)}, false
	for s.open(); s.step(); {
		if names, ok = s.unique(names); !ok {
			return header{}, errHeader
		}
		if err := h.read(s.name, s.value()); err != nil {
			return header{}, err
		}
	}
	if !s.finished() || h.alg == "" {
		return header{}, errHeader
	}
	return h, nil
}

func (h *header) read(name, value string) error {
	ok := true
	switch name {
	case "alg":
		var alg string
		alg, ok = textOf(value)
		h.alg = algorithm(alg)
	case "kid":
		h.hasKID = true
		h.kid, ok = textOf(value)
	case "crit":
		// RFC 7515 §4.1.11: an extension that is not understood must be refused, and none is.
		return errCritical
	}
	if !ok {
		return errHeader
	}
	return nil
}
