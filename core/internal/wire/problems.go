package wire

import (
	"errors"
	"net/http"
	"strings"
)

// ErrNotObject marks the [*Problems] of a body that is well-formed JSON but not an object.
var ErrNotObject = errors.New("the body is not an object")

// ErrIncomplete is wrapped by the error of a body that could not be read to its end, as when the
// client hung up.
var ErrIncomplete = errors.New("the body could not be read")

// ErrTooLarge is the error of a body of more than [MaxBody] bytes.
var ErrTooLarge = &Error{Status: http.StatusRequestEntityTooLarge, Detail: TextBodyTooLarge}

// Error is a request that is refused as a whole. On the wire it is {"detail": …}.
type Error struct {
	Status int
	Detail string
}

// Error returns the detail, which may be shown to clients.
func (e *Error) Error() string { return "wire: " + e.Detail }

// Problems is what is wrong with the fields of a request, in the order in which the fields were
// declared. On the wire it has status 400 and the shape {"field": ["text", …], …}. The zero value
// holds none and is ready to use.
type Problems struct {
	slots []slot
	cause error
}

type slot struct {
	field string
	texts []string
}

// Add appends texts to those of field. No texts is no problem.
func (p *Problems) Add(field string, texts ...string) {
	s := p.slot(field)
	s.texts = append(s.texts, texts...)
}

// Empty reports whether there is no problem.
func (p *Problems) Empty() bool {
	for _, s := range p.slots {
		if len(s.texts) > 0 {
			return false
		}
	}
	return true
}

// Members returns the problems by field, in order, ready to be marshaled.
func (p *Problems) Members() Members {
	var members Members
	for _, s := range p.slots {
		if len(s.texts) > 0 {
			members = append(members, Member{Name: s.field, Value: s.texts})
		}
	}
	return members
}

// Error lists the problems in one line. It quotes nothing of the request.
func (p *Problems) Error() string {
	var b strings.Builder
	b.WriteString("wire: invalid input")
	for _, s := range p.slots {
		for _, text := range s.texts {
			b.WriteString("; " + s.field + ": " + text)
		}
	}
	return b.String()
}

// Unwrap returns [ErrNotObject] where there was no object to take fields from.
func (p *Problems) Unwrap() error { return p.cause }

func (p *Problems) slot(field string) *slot {
	for i := range p.slots {
		if p.slots[i].field == field {
			return &p.slots[i]
		}
	}
	p.slots = append(p.slots, slot{field: field})
	return &p.slots[len(p.slots)-1]
}
