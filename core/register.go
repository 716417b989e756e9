package auth

import (
	"context"
	"net/http"

	"github.com/authplug/authplug/core/internal/wire"
)

// createdUser is what create-user/ answers.
type createdUser struct {
	ID        wireID  `json:"id"`
	Email     string  `json:"email"`
	FirstName string  `json:"first_name"`
	LastName  string  `json:"last_name"`
	Phone     *string `json:"phone"`
}

// What may be told at registration, besides an address and a password.
var (
	inputFirstName = wire.Field{Name: "first_name", Optional: true, AllowBlank: true, Trim: true, MaxLength: MaxName}
	inputLastName  = wire.Field{Name: "last_name", Optional: true, AllowBlank: true, Trim: true, MaxLength: MaxName}
	inputPhone     = wire.Field{
		Name: "phone", Optional: true, AllowBlank: true, AllowNull: true, Trim: true, MaxLength: MaxPhone,
	}
)

// createUser is POST create-user/: open registration. Nothing that a body says beyond these fields
// has an effect.
func (s *Service) createUser(r *http.Request) (*Response, error) {
	f, err := readForm(r)
	if err != nil {
		return nil, err
	}
	u, err := s.register(r, f, "")
	if err != nil {
		return nil, err
	}
	return answer(http.StatusCreated, createdUser{
		ID: wireID(u.ID), Email: u.Email, FirstName: u.FirstName, LastName: u.LastName, Phone: u.Phone,
	}), nil
}

// register makes a user of the fields of a body. Where addresses are confirmed, a mail says how, and the
// way leads on to next.
func (s *Service) register(r *http.Request, f form, next string) (*User, error) {
	n := NewUser{Email: f.trimmed("email"), Password: f.password("password")}
	n.FirstName, _ = f.Text(inputFirstName)
	n.LastName, _ = f.Text(inputLastName)
	if phone, ok := f.Text(inputPhone); ok {
		n.Phone = &phone
	}
	u, err := s.draft(n)
	if err != nil {
		return nil, err
	}
	u.Unconfirmed = s.settings.Users.ConfirmEmail
	if err := s.judgeNew(r.Context(), u, n.Password, f); err != nil {
		return nil, err
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	from := s.clientOf(r)
	if err := s.slowNetwork(r.Context(), "registration", s.settings.Throttle.Registration, from); err != nil {
		return nil, err
	}
	if err := s.insert(r.Context(), u, n.Password, from); err != nil {
		return nil, err
	}
	if u.Unconfirmed {
		s.mailNewcomer(r.Context(), u, next)
	}
	return u, nil
}

// mailNewcomer mails behind the answer how to confirm an address. If that cannot be, the page can be
// asked again.
func (s *Service) mailNewcomer(ctx context.Context, u *User, next string) {
	newcomer := u.Clone()
	err := s.behind(ctx, func(ctx context.Context) error { return s.mailConfirmation(ctx, newcomer, next) })
	if err != nil {
		s.Emit(ctx, Event{Kind: EventFailure, UserID: u.ID, Reason: "mail", Err: err})
	}
}
