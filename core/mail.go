package auth

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// mailTimeout bounds the sending of one mail: a request waits for it.
const mailTimeout = 5 * time.Second

// Mail is a message to a person, in plain text with \n between lines.
type Mail struct {
	Kind    string // what it is about, for a [Mailer] with texts of its own
	To      string // an e-mail address in canonical form
	Subject string
	Text    string
	Link    string // the page that the text names, if it names one; whoever has it acts for the user
}

// Kinds of mails.
const (
	MailPasswordChanged = "password_changed"
	MailPasswordReset   = "password_reset"
	MailEmailConfirm    = "email_confirm"
)

// mailRate bounds the mails with a link that one user gets.
var mailRate = Rate{Limit: 3, Per: time.Hour}

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
	if err := s.mailTo(ctx, u, Mail{
		Kind: MailPasswordChanged, Subject: "Your password was changed",
		Text: "The password of your account " + u.Email + " was changed on " +
			s.now().UTC().Format("2 January 2006 at 15:04 UTC") + ".\n" +
			"You have been logged out everywhere.\n\n" +
			"If it was not you, tell the operators of the service at once.\n",
	}); err != nil {
		s.Emit(ctx, Event{Kind: EventFailure, UserID: u.ID, Reason: "mail", Err: err})
	}
}

// mailTo sends a mail to a user, with its link put into the text.
func (s *Service) mailTo(ctx context.Context, u *User, m Mail) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mailTimeout)
	defer cancel()
	m.To = u.Email
	if m.Link != "" {
		m.Text = fmt.Sprintf(m.Text, m.Link)
	}
	return s.send(ctx, m)
}

// send sends a mail. A panic of the mailer is an error.
func (s *Service) send(ctx context.Context, m Mail) (err error) {
	defer caught("Settings.Mailer", &err)
	return s.settings.Mailer.Send(ctx, m)
}

// LogMail returns a [Mailer] for development: it writes mails into a log. Whoever reads that can follow
// their links.
func LogMail(log *slog.Logger) Mailer { return logMailer{log} }

type logMailer struct{ log *slog.Logger }

// Send implements [Mailer].
func (m logMailer) Send(ctx context.Context, mail Mail) error {
	m.log.LogAttrs(ctx, slog.LevelInfo, "mail", slog.String("to", mail.To), slog.String("subject", mail.Subject), slog.String("text", mail.Text))
	return nil
}
