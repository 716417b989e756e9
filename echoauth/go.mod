module github.com/authplug/authplug/echoauth

go 1.25.0

require (
	github.com/authplug/authplug/core v0.1.0
	github.com/labstack/echo/v4 v4.16.0
)

require github.com/go-jose/go-jose/v4 v4.1.8 // indirect

require (
	github.com/authplug/authplug/memstore v0.1.0
	github.com/labstack/gommon v0.5.0 // indirect
	github.com/mattn/go-colorable v0.1.15 // indirect
	github.com/mattn/go-isatty v0.0.22 // indirect
	github.com/valyala/bytebufferpool v1.0.0 // indirect
	github.com/valyala/fasttemplate v1.2.2 // indirect
	golang.org/x/crypto v0.55.0 // indirect
	golang.org/x/net v0.58.0 // indirect
	golang.org/x/sync v0.22.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
)

replace github.com/authplug/authplug/core => ../core

replace github.com/authplug/authplug/memstore => ../memstore
