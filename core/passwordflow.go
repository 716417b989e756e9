package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/authplug/authplug/core/password"
)

// maxPassword bounds new passwords, in characters: nobody types more, and hashing must not be fed
// by the kilobyte.
const maxPassword = 1024

// ChangePassword implements [Flows]. The new password, its epochs and the end of all sessions are
// one write.
func (l *local) ChangePassword(ctx context.Context, c PasswordChange) error {
	u, _, err := l.checkPassword(ctx, Credentials{Identifier: c.Identifier, Password: c.Password, userID: c.userID}, c.From)
	if errors.Is(err, ErrLoginFailed) {
		l.passwordChangeFailed(ctx, u, c.From)
		return ErrPasswordWrong
	}
	if err != nil {
		return err
	}
	if err := l.judgePassword(ctx, "new_password", c.NewPassword, u); err != nil {
		return err
	}
	checked := u.PasswordHash
	err = l.setPassword(ctx, u, c, func(u *User) error {
		if u.PasswordHash != checked || !u.Active {
			return ErrPasswordWrong // somebody changed it in between
		}
		return nil
	})
	if errors.Is(err, ErrNotFound) {
		return ErrPasswordWrong
	}
	return err
}

func (l *local) passwordChangeFailed(ctx context.Context, u *User, from Client) {
	e := Event{Kind: EventPasswordChangeFailed, Reason: "unknown_user", Address: from.Address}
	if u != nil {
		e.UserID, e.Reason = u.ID, "refused"
	}
	l.Emit(ctx, e)
}

// SetPassword gives a user a new password, whatever the old one was, and ends all its sessions. It
// returns [ErrNotFound] for a missing user and the problems of the password.
func (s *Service) SetPassword(ctx context.Context, key UserKey, plain string) error {
	u, err := s.User(ctx, key)
	if err != nil {
		return err
	}
	if err := s.judgePassword(ctx, "password", plain, u); err != nil {
		return err
	}
	return s.setPassword(ctx, u, PasswordChange{NewPassword: plain}, func(*User) error { return nil })
}

// setPassword stores a new password that was judged. The condition is asked of the row as it is
// when it is written.
func (s *Service) setPassword(ctx context.Context, u *User, c PasswordChange, condition func(*User) error) error {
	hash, err := s.hasher.Hash(ctx, c.NewPassword)
	if err != nil {
		return unavailable(err)
	}
	changed, err := s.change(ctx, UserKey{ID: u.ID}, func(u *User) error {
		if err := condition(u); err != nil {
			return err
		}
		u.PasswordHash = Secret(hash)
		u.Codes = nil
		u.Epochs.Access++
		u.Epochs.Refresh++
		return nil
	})
	if err != nil {
		return err
	}
	s.Emit(ctx, Event{Kind: EventPasswordChanged, UserID: u.ID, Address: c.From.Address})
	s.notifyPasswordChanged(ctx, changed)
	return nil
}

// judgePassword returns what is wrong with a new password as problems of a field.
func (s *Service) judgePassword(ctx context.Context, field, plain string, u *User) error {
	texts, err := s.passwordProblems(ctx, plain, u)
	if err != nil {
		return err
	}
	if len(texts) > 0 {
		return fieldError(field, texts...)
	}
	return nil
}

// passwordProblems returns what is wrong with a new password. A rule that panics is a failure.
func (s *Service) passwordProblems(ctx context.Context, plain string, u *User) (texts []string, err error) {
	if utf8.RuneCountInString(plain) > maxPassword {
		return []string{tooLong(maxPassword)}, nil
	}
	defer func() {
		if v := recover(); v != nil {
			texts, err = nil, ErrInternal.Because(fmt.Errorf("auth: Settings.Passwords.Rules: panic: %v", v))
		}
	}()
	texts, err = s.policy.Problems(ctx, plain, password.Subject{
		Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
	})
	if err != nil {
		return nil, unavailable(err)
	}
	return texts, nil
}

// passwordFingerprint is the claim by which a service sees that a password has changed: the hash
// of the stored text, in EasyJWT's spelling.
func passwordFingerprint(u *User) string {
	sum := sha256.Sum256([]byte(u.PasswordHash))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

func sameFingerprint(u *User, claim string) bool { return same(passwordFingerprint(u), claim) }
