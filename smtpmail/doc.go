// Package smtpmail sends the mails of a service through an SMTP server.
//
//	mailer, err := smtpmail.New(smtpmail.Settings{
//		URL: "smtps://user:password@mail.example.com", From: "Shop <noreply@example.com>",
//	})
//	service, err := auth.New(auth.Settings{…, Mailer: mailer}, auth.In(store))
//
// Each mail is one connection, which is encrypted unless the server is on a loopback address. A Mailer is
// safe for concurrent use.
package smtpmail
