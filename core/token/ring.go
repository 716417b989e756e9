package token

import (
	"errors"
	"slices"
)

// maxKeys bounds the work that a token without a key id can make.
const maxKeys = 32

// ring holds the keys of a codec.
type ring struct {
	keys   []*ringKey // whose tokens are accepted, the signing key first
	signer *ringKey   // nil: none
	routes []route
}

// ringKey is a key made ready for use.
type ringKey struct {
	key    Key
	method method
	macs   *macPool // of secrets
}

// route leads from one header segment, as this package writes it, to the keys that may have signed.
type route struct {
	header string
	keys   []*ringKey
	named  bool // by the header: it is this key, or none
}

func newRing(sign Key, verify []Key) (*ring, error) {
	r := &ring{}
	var problems []error
	if sign != (Key{}) {
		r.signer = newRingKey(sign)
		r.keys = append(r.keys, r.signer)
		if !sign.CanSign() {
			problems = append(problems, badKey("%v cannot sign", sign))
		}
	}
	for i, k := range verify {
		if k == (Key{}) {
			problems = append(problems, badKey("verifying key %d is empty", i))
			continue
		}
		problems = append(problems, r.add(k))
	}
	problems = append(problems, r.check())
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	r.makeRoutes()
	return r, nil
}

func newRingKey(k Key) *ringKey {
	m := methods[k.m.alg]
	rk := &ringKey{key: k, method: m}
	if m.family == hmacFamily {
		rk.macs = newMACPool(m.hash, k.m.hidden.secret)
	}
	return rk
}

// add adds a verifying key. The signing key may come a second time, so that one list of keys serves
// both purposes.
func (r *ring) add(k Key) error {
	for i, earlier := range r.keys {
		old := earlier.key
		if old.Equal(k) {
			if i == 0 && r.signer != nil && old.ID() == k.ID() && old.Algorithm() == k.Algorithm() {
				return nil
			}
			return badKey("%v and %v are the same key", old, k)
		}
		if old.ID() == k.ID() && k.ID() != "" {
			return badKey("%v and %v have the same id", old, k)
		}
	}
	if !k.Algorithm().Symmetric() {
		k = k.Public()
	}
	r.keys = append(r.keys, newRingKey(k))
	return nil
}

func (r *ring) check() error {
	symmetric := func(k *ringKey) bool { return k.macs != nil }
	mixed := slices.ContainsFunc(r.keys, symmetric) &&
		slices.ContainsFunc(r.keys, func(k *ringKey) bool { return !symmetric(k) })
	nameless := slices.ContainsFunc(r.keys, func(k *ringKey) bool { return k.key.ID() == "" })
	switch {
	case len(r.keys) == 0:
		return badKey("there is no key")
	case len(r.keys) > maxKeys:
		return badKey("there are more than %d keys", maxKeys)
	case mixed && nameless:
		return badKey("a secret next to asymmetric keys must have an id")
	}
	return nil
}

// named returns the key of that id, nil if there is none.
func (r *ring) named(id string) *ringKey {
	for _, k := range r.keys {
		if id != "" && k.key.ID() == id {
			return k
		}
	}
	return nil
}

// of returns all keys of an algorithm.
func (r *ring) of(alg Algorithm) []*ringKey {
	var keys []*ringKey
	for _, k := range r.keys {
		if k.key.Algorithm() == alg {
			keys = append(keys, k)
		}
	}
	return keys
}

// makeRoutes prepares the headers that this package and the services of the protocol write.
func (r *ring) makeRoutes() {
	for _, k := range r.keys {
		alg := k.key.Algorithm()
		if header := encodeHeader(alg, ""); r.route(header) == nil {
			r.routes = append(r.routes, route{header, r.of(alg), false})
		}
		if k.key.ID() != "" {
			r.routes = append(r.routes, route{encodeHeader(alg, k.key.ID()), []*ringKey{k}, true})
		}
	}
}

func (r *ring) route(header string) *route {
	for i := range r.routes {
		if r.routes[i].header == header {
			return &r.routes[i]
		}
	}
	return nil
}
