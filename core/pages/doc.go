// Package pages makes the HTML pages of a service: login, registration, logout, password change and
// reset, the confirmation of an address, and the list of where one is logged in.
//
//	p, err := pages.New(pages.Settings{Name: "Shop"})
//	service, err := auth.New(auth.Settings{…, Cookies: auth.CookieSettings{Mode: auth.CookiesOne}, Pages: p}, auth.In(store))
//
// They need no script, take part in the defense against cross-site requests, and send people on to
// where they were going, if that is where they may go: see [auth.Service.RedirectTarget]. Programs that
// ask the same paths get the protocol's answers.
//
// # Looks and words
//
// Templates of package html/template are embedded, with one style sheet. [Settings.Templates] replaces
// single files; [Settings.Texts] replaces words, all of which are in one list, see [Texts]. A template that
// cannot be used is an error of [New].
//
// # Which pages
//
// Login, logout and the error page are there always; registration where the service has passwords, and
// password reset and confirmation where it has a mailer besides. A client-service has the change of a
// password, and sends people to the auth-service for a new one: [Settings.ResetURL]. With the mode
// refresh-cookie, where no page knows who is logged in, there is nothing for those who are.
package pages
