package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/internal/wire"
)

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

// parseProfile reads a profile strictly: also what is not mirrored must be what it is called. Its
// error is an [auth.Error].
func parseProfile(object *wire.Object) (*Profile, error) {
	p := &Profile{members: maps.Collect(object.All()), Active: true}
	for _, read := range []func() error{p.readID, p.readEmail, p.readActive, p.checkTexts} {
		if err := read(); err != nil {
			return nil, badProfile(err)
		}
	}
	return p, nil
}

// badProfile answers that a profile cannot be used.
func badProfile(err error) *auth.Error {
	return unavailable(textInvalidUser, fmt.Errorf("profile: %w", err))
}

const maxID = 254 // code points

var wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,253})$`)

// readID takes a number as its digits: Go's numbers would not tell large ones apart.
func (p *Profile) readID() error {
	if raw := string(p.members["id"]); wholeNumber.MatchString(raw) {
		p.ID = raw
		return nil
	}
	id, ok, err := p.text("id", maxID)
	if err != nil {
		return err
	}
	if !ok || id == "" || strings.ContainsFunc(id, unicode.IsControl) || strings.TrimSpace(id) != id {
		return errors.New("no usable id")
	}
	p.ID = id
	return nil
}

func (p *Profile) readEmail() error {
	text, ok, err := p.text("email", auth.MaxEmail)
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("no e-mail address")
	}
	p.Email, err = email.Canonical(text)
	return err
}

func (p *Profile) readActive() error {
	active, ok, err := p.bool("is_active")
	if ok {
		p.Active = active
	}
	return err
}

func (p *Profile) checkTexts() error {
	for _, name := range []string{"first_name", "last_name"} {
		if _, _, err := p.text(name, auth.MaxName); err != nil {
			return err
		}
	}
	if _, _, err := p.textOrNull("phone", auth.MaxPhone); err != nil {
		return err
	}
	_, _, err := p.textOrNull("location", maxBody)
	return err
}

// bool returns a member that must be a boolean if it is there.
func (p *Profile) bool(name string) (value, ok bool, err error) {
	raw, ok := p.members[name]
	switch string(raw) {
	case "true", "false", "":
		return string(raw) == "true", ok, nil
	}
	return false, false, fmt.Errorf("%s is no boolean", name)
}

// text returns a member that must be a text of at most longest code points if it is there. One that
// a database may not take is none.
func (p *Profile) text(name string, longest int) (text string, ok bool, err error) {
	raw, ok := p.members[name]
	if !ok {
		return "", false, nil
	}
	if raw[0] != '"' || json.Unmarshal(raw, &text) != nil || strings.ContainsRune(text, 0) {
		return "", false, fmt.Errorf("%s is no text", name)
	}
	if utf8.RuneCountInString(text) > longest {
		return "", false, fmt.Errorf("%s is longer than %d characters", name, longest)
	}
	return text, true, nil
}

// textOrNull is as [Profile.text], but null is nil.
func (p *Profile) textOrNull(name string, longest int) (text *string, ok bool, err error) {
	if string(p.members[name]) == "null" {
		return nil, true, nil
	}
	value, ok, err := p.text(name, longest)
	if !ok {
		return nil, false, err
	}
	return &value, true, nil
}

// texts returns a member that must be a list of texts, none of them empty, if it is there. Null is
// none: some services write an empty list so.
func (p *Profile) texts(name string) (texts []string, ok bool, err error) {
	raw, ok := p.members[name]
	if !ok {
		return nil, false, nil
	}
	var list []*string
	if string(raw) != "null" && raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return nil, false, fmt.Errorf("%s is no list of texts", name)
	}
	texts = make([]string, 0, len(list))
	for _, text := range list {
		if text == nil || *text == "" || strings.ContainsRune(*text, 0) {
			return nil, false, fmt.Errorf("%s is no list of texts", name)
		}
		texts = append(texts, *text)
	}
	return texts, true, nil
}
