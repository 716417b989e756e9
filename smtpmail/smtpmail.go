package smtpmail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	auth "github.com/authplug/authplug/core"
)

// Settings say through which server mails are sent, and from whom.
type Settings struct {
	// URL is the server's: "smtps://user:password@host:465" speaks TLS from the beginning, "smtp://…:587"
	// begins it by STARTTLS, which is required unless the host is a loopback address. The ports default to
	// 465 and 587. A password is sent over TLS alone. Characters that mean something in a URL are percent-encoded. Required.
	URL auth.Secret

	// From is the sender: "Shop <noreply@example.com>". Required.
	From string

	// Timeout ends one mail. Defaults to 10 seconds; a service gives a mail five.
	Timeout time.Duration
}

// Mailer sends mails through an SMTP server. It is safe for concurrent use.
type Mailer struct {
	host    string
	from    string
	options []mail.Option
	timeout time.Duration
}

var _ auth.Mailer = (*Mailer)(nil)

// New returns a mailer, or an error that says what is wrong with the settings. Nothing is connected yet.
func New(settings Settings) (*Mailer, error) {
	m := &Mailer{from: settings.From}
	if settings.Timeout <= 0 {
		settings.Timeout = 10 * time.Second
	}
	var fromErr error
	if err := mail.NewMsg().From(settings.From); err != nil {
		fromErr = fmt.Errorf("smtpmail: Settings.From: %q is no address: use one such as \"Shop <noreply@example.com>\"", settings.From)
	}
	err := errors.Join(m.connectBy(string(settings.URL)), fromErr)
	if err != nil {
		return nil, err
	}
	m.timeout = settings.Timeout
	return m, nil
}

// errURL quotes nothing of a URL: there may be a password in it.
var errURL = errors.New(`smtpmail: Settings.URL must be that of a server: "smtps://user:password@mail.example.com"`)

// connectBy reads a URL.
func (m *Mailer) connectBy(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return errURL
	}
	port := 0
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return errURL
		}
	}
	m.host = u.Hostname()
	switch u.Scheme {
	case "smtps":
		m.options = append(m.options, mail.WithSSL(), mail.WithPort(cmp.Or(port, mail.DefaultPortSSL)))
	case "smtp":
		policy := mail.TLSMandatory
		if isLoopback(m.host) {
			policy = mail.TLSOpportunistic
		}
		m.options = append(m.options, mail.WithTLSPolicy(policy), mail.WithPort(cmp.Or(port, mail.DefaultPortTLS)))
	default:
		return errURL
	}
	if u.User != nil {
		password, _ := u.User.Password()
		m.options = append(m.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return nil
}

// isLoopback reports whether nobody listens on the way to a host.
func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// left returns how long a mail may take: the context ends the connection itself, which a server that says
// nothing would keep open.
func (m *Mailer) left(ctx context.Context) time.Duration {
	left := m.timeout
	if end, ok := ctx.Deadline(); ok {
		left = min(left, time.Until(end))
	}
	return max(left, time.Millisecond)
}

// Send implements [auth.Mailer].
func (m *Mailer) Send(ctx context.Context, of auth.Mail) error {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(m.from), msg.To(of.To)); err != nil {
		return fmt.Errorf("smtpmail: %w", err)
	}
	msg.Subject(of.Subject)
	msg.SetMessageID()
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no answers of those who are away (RFC 3834)
	msg.SetBodyString(mail.TypeTextPlain, of.Text)
	client, err := mail.NewClient(m.host, append(slices.Clip(m.options), mail.WithTimeout(m.left(ctx)))...)
	if err != nil {
		return fmt.Errorf("smtpmail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("smtpmail: %s: %w", m.host, err)
	}
	return nil
}
