package config

import (
	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/env"
)

// names are all variables with [Prefix].
type names struct {
	Settings auth.Settings
	Switches switches
	Aliases  aliases
	kind     Kind
}

func (n *names) targets() []any {
	return append([]any{&n.Settings, &n.Switches, &n.Aliases}, n.kind.Targets()...)
}

// keyVariables are the ways to give a key.
var keyVariables = []string{"SIGNING_KEY", "SIGNING_KEY_FILE", "KEYS_FILE"}

// removed are settings that EasyJWT has removed.
var removed = map[string]string{
	"AUTH_HEADER_TYPE":    "use " + Prefix + "AUTH_HEADER_TYPES, which takes a list",
	"AUTH_TOKEN_CLASS":    "use " + Prefix + "AUTH_TOKEN_CLASSES, which takes a list",
	"SECRET_KEY":          "use " + Prefix + "SIGNING_KEY",
	"TOKEN_BACKEND_CLASS": "use " + Prefix + "ALGORITHM and " + Prefix + "SIGNING_KEY",
}

// switches are settings of the example programs themselves.
type switches struct {
	// BlacklistAfterRotation changes nothing: rotation always retires the old token.
	BlacklistAfterRotation bool `env:"BLACKLIST_AFTER_ROTATION"`
	ThrottleDisabled       bool `env:"THROTTLE_DISABLED"`

	// EncryptKey is a ring of keys for package jwe, each base64 of 32 bytes: the first encrypts.
	EncryptKey []string `env:"ENCRYPT_KEY"`

	// KeysFile holds a JWK set with private keys: the first signs, all verify.
	KeysFile string `env:"KEYS_FILE"`
}

// foreign are settings of a client-service. An auth-service knows them, so that both can share one
// environment, and does not read them.
type foreign struct {
	URL            string `env:"REMOTE_AUTH_SERVICE_URL"`
	Token          string `env:"REMOTE_AUTH_SERVICE_TOKEN_PATH"`
	Refresh        string `env:"REMOTE_AUTH_SERVICE_REFRESH_PATH"`
	Verify         string `env:"REMOTE_AUTH_SERVICE_VERIFY_PATH"`
	User           string `env:"REMOTE_AUTH_SERVICE_USER_PATH"`
	PasswordChange string `env:"REMOTE_AUTH_SERVICE_PASSWORD_CHANGE_PATH"`
	Blacklist      string `env:"REMOTE_AUTH_SERVICE_BLACKLIST_PATH"`
	Timeout        string `env:"REMOTE_AUTH_REQUEST_TIMEOUT"`
	CA             string `env:"REMOTE_AUTH_SSL_CA"`
	CAFile         string `env:"REMOTE_AUTH_SSL_CA_FILE"`
	SSLVerify      string `env:"REMOTE_AUTH_SSL_VERIFY"`
	Mode           string `env:"REMOTE_VERIFY"`
	CacheTTL       string `env:"REMOTE_CACHE_TTL"`
	EndUpstream    string `env:"BLACKLIST_ON_LOGOUT"`
	MirrorIssuer   string `env:"MIRROR_ISSUER"`
	FromClaims     string `env:"MIRROR_FROM_CLAIMS"`

	// JWKURL would have a meaning here: keys of another service that are good as well.
	JWKURL string `env:"JWK_URL,later"`
}

// Variables are all variables that a kind of program knows, with their defaults.
func Variables(kind Kind) []env.Variable {
	program := newServer(Program{})
	more := names{Settings: auth.EasyJWT(), kind: kind}
	return append(env.Names("", &program), env.Names(Prefix, more.targets()...)...)
}
