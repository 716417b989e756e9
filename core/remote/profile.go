package remote

import "encoding/json"

// Profile is what the auth-service says of a user.
type Profile struct {
	ID     string // as text, also where it is a number
	Email  string // canonical
	Active bool   // true where the profile does not say

	members map[string]json.RawMessage
}

// Member returns a member of the profile as JSON text. The text must not be changed.
func (p *Profile) Member(name string) (json.RawMessage, bool) {
	raw, ok := p.members[name]
	return raw, ok
}
