package auth

import (
	"context"
	"time"
)

// mailTimeout bounds the sending of one mail: a request waits for it.
const mailTimeout = 5 * time.Second

// Mail is a message to a person, in plain text with \n between lines.
type Mail struct {
	To      string // an e-mail address in canonical form
	Subject string
	Text    string
}

// Mailer sends mail. Send is called in the request that is the reason for a mail, but its context
// outlives the client; it should hand the mail over and return when the context is done, after five
// seconds. An error and a panic are told as [EventFailure] and change no answer. It is safe for
// concurrent use.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// notifyPasswordChanged tells a local user of a new password: whoever did not choose it should
// know. There is no link in the text, so that nobody learns to follow one, and nothing secret.
func (s *Service) notifyPasswordChanged(ctx context.Context, u *User) {
	if s.settings.Mailer == nil || u.Issuer != "" || u.Email == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mailTimeout)
	defer cancel()
	if err := s.send(ctx, Mail{
		To: u.Email, Subject: "Your password was changed",
		Text: "The password of your account " + u.Email + " was changed on " +
			s.now().UTC().Format("2 January 2006 at 15:04 UTC") + ".\n" +
			"You have been logged out everywhere.\n\n" +
			"If it was not you, tell the operators of the service at once.\n",
	}); err != nil {
		s.Emit(ctx, Event{Kind: EventFailure, UserID: u.ID, Reason: "mail", Err: err})
	}
}

// send sends a mail. A panic of the mailer is an error.
func (s *Service) send(ctx context.Context, m Mail) (err error) {
	defer caught("Settings.Mailer", &err)
	return s.settings.Mailer.Send(ctx, m)
}
