package replay

import (
	"bytes"
	_ "embed" // the list
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/authplug/authplug/core/adaptertest/recorded"
)

//go:embed review.json
var reviewed []byte

// list is what is not answered as it was recorded. An exchange stands in it once, or is answered as
// it was.
type list struct {
	Later       []later      `json:"later"`
	Refused     []refusal    `json:"refused"`
	Differences []difference `json:"differences"`
}

// later are exchanges that mean nothing alone, by the part that they belong to: those of pages and cookies
// are steps of a browser's, whose cookies are the service's own here, and are played where these are tested;
// a part may also be one that there is not. Status is what they get by themselves.
type later struct {
	Part   string   `json:"part"`
	IDs    []string `json:"ids"`
	Status int      `json:"status"`
}

// difference is what exchanges are answered with instead, and by which decision. What it does not
// name is as it was recorded.
type difference struct {
	IDs      []string `json:"ids"`
	Decision int      `json:"decision"`
	Why      string   `json:"why"`

	Status  int                                   `json:"status"`
	Headers map[string]recorded.Values            `json:"headers"` // an empty list: none
	Body    json.RawMessage                       `json:"body"`
	Tokens  map[string]recorded.Token             `json:"tokens"` // in the answer
	Claims  map[string]map[string]json.RawMessage `json:"claims"` // by token; null: none
	Own     bool                                  `json:"own"`    // the framework's own answer
}

// review returns the list.
var review = sync.OnceValue(func() list {
	var l list
	decoder := json.NewDecoder(bytes.NewReader(reviewed))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		panic("replay: review.json: " + err.Error()) // it is part of the program
	}
	return l
})

// part returns the part that an exchange waits for.
func (l list) part(e recorded.Exchange) (later, bool) {
	i := slices.IndexFunc(l.Later, func(p later) bool { return slices.Contains(p.IDs, e.ID) })
	if i < 0 {
		return later{}, false
	}
	return l.Later[i], true
}

// difference returns what is answered instead of what was recorded.
func (l list) difference(e recorded.Exchange) (difference, bool) {
	i := slices.IndexFunc(l.Differences, func(d difference) bool { return slices.Contains(d.IDs, e.ID) })
	if i < 0 {
		return difference{}, false
	}
	return l.Differences[i], true
}

// decisions is how many decisions there are.
const decisions = 47

// check returns everything that is wrong with the list as a list: what it names must be there, and
// nothing twice.
func (l list) check(all []recorded.Exchange) error {
	var problems []error
	seen := map[string]string{}
	enter := func(id, where string) {
		known := slices.ContainsFunc(all, func(e recorded.Exchange) bool { return e.ID == id })
		switch {
		case !known:
			problems = append(problems, fmt.Errorf("%s: %q is no exchange", where, id))
		case seen[id] != "":
			problems = append(problems, fmt.Errorf("%s: %s stands in %s already", where, id, seen[id]))
		}
		seen[id] = where
	}
	for _, e := range l.entries() {
		if !e.complete {
			problems = append(problems, fmt.Errorf("%s is incomplete", e.where))
		}
		for _, id := range e.ids {
			enter(id, e.where)
		}
	}
	return errors.Join(problems...)
}

// entry is what all classes of the list have.
type entry struct {
	where    string
	ids      []string
	complete bool
}

// entries are those of all classes.
func (l list) entries() []entry {
	var all []entry
	for _, p := range l.Later {
		complete := p.Part != "" && len(p.IDs) > 0 && p.Status != 0
		all = append(all, entry{fmt.Sprintf("part %q", p.Part), p.IDs, complete})
	}
	for _, f := range l.Refused {
		complete := f.Variable != "" && f.Names != "" && f.Why != "" && len(f.IDs) > 0 &&
			(f.Service == authService || f.Service == clientService)
		all = append(all, entry{fmt.Sprintf("refusal of %q", f.Variable), f.IDs, complete})
	}
	for i, d := range l.Differences {
		complete := d.Decision >= 1 && d.Decision <= decisions && d.Why != "" && len(d.IDs) > 0
		all = append(all, entry{fmt.Sprintf("difference %d (decision %d)", i, d.Decision), d.IDs, complete})
	}
	return all
}

// answer is what an exchange must be answered with.
type answer struct {
	recorded.Response
	tokens map[string]recorded.Token
	own    bool
}

// asRecorded is the answer that was recorded.
func asRecorded(e recorded.Exchange) answer { return answer{Response: e.Response, tokens: e.Tokens} }

// instead is the recorded answer changed by a difference.
func (d difference) instead(t *testing.T, e recorded.Exchange) answer {
	t.Helper()
	a := asRecorded(e)
	a.own = d.Own
	if d.Status != 0 {
		a.Status = d.Status
	}
	if d.Body != nil {
		a.Body = d.Body
	}
	a.Headers = maps.Clone(a.Headers)
	maps.Copy(a.Headers, d.Headers)
	a.tokens = maps.Clone(a.tokens)
	if a.tokens == nil {
		a.tokens = map[string]recorded.Token{}
	}
	maps.Copy(a.tokens, d.Tokens)
	for name, claims := range d.Claims {
		token := a.tokens[name]
		token.Payload = json.RawMessage(changedClaims(members(t, token.Payload), claims))
		a.tokens[name] = token
	}
	return a
}

// changedClaims replaces claims in their places and drops those that are null.
func changedClaims(payload []member, claims map[string]json.RawMessage) string {
	var kept []string
	for _, m := range payload {
		if value, ok := claims[m.name]; ok {
			m.value = string(value)
		}
		if m.value != "null" {
			kept = append(kept, fmt.Sprintf("%q:%s", m.name, m.value))
		}
	}
	return "{" + strings.Join(kept, ",") + "}"
}
