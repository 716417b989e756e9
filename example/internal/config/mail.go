package config

import (
	"log/slog"
	"os"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/smtpmail"
)

// prepareMail makes what sends mails: a server, or in development mode the log.
func (c *Config) prepareMail(url, from string) error {
	if url == "" || from == "" {
		if c.Dev && c.kind.Signs() {
			c.Settings.Mailer = auth.LogMail(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
		}
		return nil
	}
	mailer, err := smtpmail.New(smtpmail.Settings{URL: auth.Secret(url), From: from})
	if err != nil {
		name := "SMTP_URL"
		if !strings.Contains(err.Error(), "Settings.URL") {
			name = "MAIL_FROM"
		}
		return problem(name, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if c.kind.Signs() {
		c.Settings.Mailer = mailer
	}
	return nil
}
