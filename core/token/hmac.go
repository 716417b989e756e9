package token

import (
	"crypto"
	"crypto/hmac"
	"crypto/subtle"
	"hash"
	"sync"
)

// macPool keeps HMAC states of one secret: making one costs more than all the rest of a
// verification.
type macPool struct {
	size   int
	states sync.Pool
}

// macState is an HMAC state and room for what passes through it. The room is here because arguments
// of the hash's methods would otherwise be allocated for each token.
type macState struct {
	mac   hash.Hash
	chunk [512]byte
	sum   [64]byte
}

func newMACPool(h crypto.Hash, secret []byte) *macPool {
	return &macPool{size: h.Size(), states: sync.Pool{New: func() any {
		return &macState{mac: hmac.New(h.New, secret)}
	}}}
}

// macOf leaves the HMAC of signed in the state that it returns, which goes back by put.
func macOf[T string | []byte](p *macPool, signed T) *macState {
	state, _ := p.states.Get().(*macState)
	state.mac.Reset()
	for len(signed) > 0 {
		n := copy(state.chunk[:], signed)
		_, _ = state.mac.Write(state.chunk[:n])
		signed = signed[n:]
	}
	state.mac.Sum(state.sum[:0])
	return state
}

func (p *macPool) put(state *macState) { p.states.Put(state) }

// append appends the HMAC of signed.
func (p *macPool) append(dst []byte, signed []byte) []byte {
	state := macOf(p, signed)
	dst = append(dst, state.sum[:p.size]...)
	p.put(state)
	return dst
}

func (p *macPool) verify(signed, signature string) bool {
	var given [64]byte
	if decodedLen(len(signature)) != p.size {
		return false
	}
	if _, ok := decode(given[:p.size], signature); !ok {
		return false
	}
	state := macOf(p, signed)
	equal := subtle.ConstantTimeCompare(given[:p.size], state.sum[:p.size]) == 1
	p.put(state)
	return equal
}
