module github.com/authplug/authplug/smtpmail

go 1.25.0

require (
	github.com/authplug/authplug/core v0.1.0
	github.com/wneessen/go-mail v0.8.1
)

require (
	golang.org/x/crypto v0.55.0 // indirect
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/authplug/authplug/core => ../core
