package auth

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/authplug/authplug/core/internal/email"
	"github.com/authplug/authplug/core/internal/wire"
)

// PasswordReset sets a new password by a code that was mailed. It is printed and encoded as "[secret]".
type PasswordReset struct {
	hidden

	UserID      string
	Code        string
	NewPassword string
	From        Client
}

// RequestPasswordReset mails a link by which a local, active user sets a new password within 30 minutes.
// It returns as soon, and the same, for an address that nobody has: who asks must not learn who has an
// account. The link leads to password-reset/ below [Settings.PublicURL], and on to next, if that is where
// people may go. More than three mails an hour are not sent to anybody. It returns problems of the
// address, [ErrThrottled] for too many requests of a network, [ErrUnavailable], and [ErrInternal] without
// [Settings.Mailer] and PublicURL.
func (s *Service) RequestPasswordReset(ctx context.Context, address, next string, from Client) error {
	return s.requestMail(ctx, address, "reset", from, func(ctx context.Context, u *User) error {
		code, err := s.giveCode(ctx, u, codeReset)
		if err != nil {
			return err
		}
		return s.mailTo(ctx, u, Mail{
			Kind: MailPasswordReset, Link: s.link("/password-reset/", u, code, next), Subject: "Set a new password",
			Text: "Somebody, probably you, asked for a new password of your account " + u.Email + ".\n" +
				"Within 30 minutes you can set one here:\n\n%s\n\n" +
				"If it was not you, there is nothing to do: your password is still the old one.\n",
		})
	})
}

// ResetPassword sets a new password and ends all sessions of the user, and the code is used up. The
// address has proved to be the user's. It returns [ErrCodeInvalid], problems of the field new_password,
// after which the code is still good, and [ErrUnavailable].
func (s *Service) ResetPassword(ctx context.Context, r PasswordReset) error {
	u, err := s.codeHolder(ctx, r.UserID, codeReset, r.Code, r.From)
	if err != nil {
		return err
	}
	if err := s.judgePassword(ctx, "new_password", r.NewPassword, u); err != nil {
		return err
	}
	err = s.setPassword(ctx, u, PasswordChange{NewPassword: r.NewPassword, From: r.From}, func(u *User) error {
		if !u.Active || !hasCode(u, codeReset, r.Code, s.now()) {
			return ErrCodeInvalid // somebody was first
		}
		u.Unconfirmed = false
		return nil
	})
	if errors.Is(err, ErrNotFound) {
		return ErrCodeInvalid
	}
	return err
}

// RequestConfirmation mails a link by which a local user confirms that an address is its own, within
// three days, to one who has not done so. Else it is like [Service.RequestPasswordReset].
func (s *Service) RequestConfirmation(ctx context.Context, address, next string, from Client) error {
	return s.requestMail(ctx, address, "confirm", from, func(ctx context.Context, u *User) error {
		if !u.Unconfirmed {
			return nil
		}
		return s.mailConfirmation(ctx, u, next)
	})
}

func (s *Service) mailConfirmation(ctx context.Context, u *User, next string) error {
	code, err := s.giveCode(ctx, u, codeConfirm)
	if err != nil {
		return err
	}
	return s.mailTo(ctx, u, Mail{
		Kind: MailEmailConfirm, Link: s.link("/email-confirm/", u, code, next), Subject: "Confirm your address",
		Text: "An account was made with your address " + u.Email + ".\n" +
			"Within three days you can confirm that it is yours here:\n\n%s\n\n" +
			"If it was not you, there is nothing to do: nobody can log in with your address.\n",
	})
}

// ConfirmEmail notes that the address of a user is its own, and the code is used up. It returns
// [ErrCodeInvalid] and [ErrUnavailable].
func (s *Service) ConfirmEmail(ctx context.Context, userID, code string, from Client) error {
	u, err := s.codeHolder(ctx, userID, codeConfirm, code, from)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, UserKey{ID: u.ID}, func(u *User) error {
		if !hasCode(u, codeConfirm, code, s.now()) {
			return ErrCodeInvalid
		}
		u.Unconfirmed, u.Codes = false, withoutCode(u, codeConfirm)
		return nil
	})
	if errors.Is(err, ErrNotFound) {
		return ErrCodeInvalid
	}
	if err == nil {
		s.Emit(ctx, Event{Kind: EventEmailConfirmed, UserID: u.ID, Address: from.Address})
	}
	return err
}

// requestMail looks behind the answer whom an address names, and mails.
func (s *Service) requestMail(
	ctx context.Context, address, what string, from Client, mail func(context.Context, *User) error,
) error {
	if s.settings.Mailer == nil || s.settings.PublicURL == "" || s.codec == nil {
		return ErrInternal.Because(errors.New("auth: a mail with a link needs Settings.Mailer and Settings.PublicURL, and users of the service's own"))
	}
	canonical, err := email.Canonical(address)
	if err != nil {
		return fieldError("email", wire.TextInvalidEmail)
	}
	if err := s.slowNetwork(ctx, what, s.settings.Throttle.Registration, from); err != nil {
		return err
	}
	return s.behind(ctx, func(ctx context.Context) error {
		u, err := s.find(ctx, UserKey{Email: canonical})
		if err != nil || u == nil || !u.Active || !s.mayMail(ctx, what, u) {
			return err
		}
		return mail(ctx, u)
	})
}

// mayMail bounds the mails of a kind to one user: nobody's mailbox is to be filled by strangers.
func (s *Service) mayMail(ctx context.Context, what string, u *User) bool {
	return s.settings.Throttle.Disabled || s.hit(ctx, "mail:"+what+":"+u.ID, mailRate) == nil
}

// giveCode stores a new code of a user.
func (s *Service) giveCode(ctx context.Context, u *User, purpose string) (code string, err error) {
	life := resetLife
	if purpose == codeConfirm {
		life = confirmLife
	}
	_, err = s.change(ctx, UserKey{ID: u.ID}, func(u *User) error {
		code = enterCode(u, purpose, s.now().Add(life))
		return nil
	})
	return code, err
}

// link returns the address of a page for a user with a code. Nothing of a request is in it.
func (s *Service) link(page string, u *User, code, next string) string {
	link := strings.TrimSuffix(s.settings.PublicURL, "/") + s.mount + page + url.PathEscape(u.ID) + "/" + code + "/"
	if target, ok := s.RedirectTarget(next); ok {
		link += "?next=" + url.QueryEscape(target)
	}
	return link
}
