package config

import (
	"errors"
	"os"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/jwe"
	"github.com/authplug/authplug/core/token"
)

const keysFile = Prefix + "KEYS_FILE"

// replaced are the variables that a set of keys takes the place of.
var replaced = []string{"SIGNING_KEY", "SIGNING_KEY_FILE", "VERIFYING_KEY", "VERIFYING_KEY_FILE"}

// prepareKeys reads the set of keys, if one is named. There are keys even where it cannot be read,
// so that this is the only problem.
func (c *Config) prepareKeys(environ []string) error {
	if c.KeysFile == "" {
		return nil
	}
	for _, name := range replaced {
		if isSet(environ, Prefix+name) {
			c.Settings.Signing.Key, c.Settings.Signing.VerifyingKey = "", ""
			return errors.Join(problem(keysFile, "holds all keys, "+Prefix+name+" is not read beside it: drop that one"), c.standIn())
		}
	}
	keys, err := readKeys(c.KeysFile)
	if err != nil {
		return errors.Join(problem(keysFile, err.Error()), c.standIn())
	}
	c.Settings.Signing.Keys = keys
	return nil
}

// standIn signs with a key that nobody gets to see.
func (c *Config) standIn() error {
	key, err := token.GenerateKey(token.EdDSA)
	c.Settings.Signing.Algorithm, c.Settings.Signing.Keys = "", []token.Key{key}
	return err
}

// readKeys reads a set of keys. Its errors quote nothing of it.
func readKeys(path string) ([]token.Key, error) {
	text, err := os.ReadFile(path) //nolint:gosec // Who sets the variable chooses the file.
	if err != nil {
		return nil, err
	}
	return token.ParseJWKSet(text)
}

// Reload gives a service the keys that are in the file now, and returns them. After an error it goes
// on with those that it has.
func (c *Config) Reload(s *auth.Service) ([]token.Key, error) {
	keys, err := readKeys(c.KeysFile)
	if err != nil {
		return nil, err
	}
	return keys, s.ReplaceKeys(keys...)
}

// KeysAreOpen reports whether everybody can read the file of the keys, or others than its owner can
// change it. That its group may read it is usual for a file of root's that a service of its own reads.
func (c *Config) KeysAreOpen() bool {
	const others = 0o027
	if c.KeysFile == "" {
		return false
	}
	info, err := os.Stat(c.KeysFile)
	return err == nil && info.Mode().Perm()&others != 0
}

// prepareEncryption makes tokens unreadable, if there is a key for that.
func (c *Config) prepareEncryption(keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	encryption, err := jwe.New(keys...)
	if err != nil {
		return problem(Prefix+"ENCRYPT_KEY", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	c.Settings.Signing.Encryption = encryption
	return nil
}
