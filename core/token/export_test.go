package token

// Open checks the signature of a token whose payload need not be JSON, for the test vectors of RFC
// 7515.
func (c *Codec) Open(raw string) (string, error) { return c.open(raw) }

// WeakSecret makes a key that NewSecret refuses, for test vectors that are signed with one.
func WeakSecret(id string, alg Algorithm, weak []byte) Key {
	return Key{&material{id: id, alg: alg, hidden: &hidden{secret: weak}}}
}

// The inner parts that are tested against their counterparts in the standard library.
var (
	Decode       = decode
	ParseMoment  = parseMoment
	AppendString = appendString
	AppendJSON   = appendJSON
)
