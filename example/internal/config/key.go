package config

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
)

// devKey is the signing key of development mode. Beside a database it is kept in a file, so that
// tokens survive a restart; otherwise it ends with the process.
type devKey struct {
	path  string // empty: not kept
	text  string
	unfit bool // the file holds a key for another algorithm
}

// KeyFile returns the file that keeps the key of development mode, or "".
func (c *Config) KeyFile() string {
	if c.key == nil {
		return ""
	}
	return c.key.path
}

// prepareKey reads the key of development mode, or makes one without keeping it yet. There is a key
// even where the file cannot be read, so that this is the only problem.
func (c *Config) prepareKey() error {
	c.key = &devKey{path: keyPath(c.Store)}
	kept, unread := c.key.read()
	algorithm := c.Settings.Signing.Algorithm
	c.key.text, c.key.unfit = kept, kept != "" && !fits(algorithm, kept)
	var err error
	if kept == "" || c.key.unfit {
		c.key.text, err = newKey(algorithm)
	}
	c.Settings.Signing.Key = auth.Secret(c.key.text)
	if unread != nil {
		return problem("STORE", fmt.Sprintf("the key of development mode cannot be read: %v", unread))
	}
	return err
}

// judge returns what is wrong with a key that was kept for another algorithm.
func (k *devKey) judge() error {
	if k == nil || !k.unfit {
		return nil
	}
	return problem(Prefix+"SIGNING_KEY", fmt.Sprintf("the key of development mode in %s does not fit %sALGORITHM: "+
		"set a key, or remove the file for a new one", k.path, Prefix))
}

// fits reports whether a key can sign with an algorithm.
func fits(a token.Algorithm, text string) bool {
	if a == "" || a.Symmetric() {
		_, err := token.NewSecret("", cmp.Or(a, token.HS256), []byte(text))
		return err == nil
	}
	key, err := token.ParsePEM("", a, []byte(text))
	return err == nil && key.CanSign()
}

// keyPath returns the file for the key beside a database.
func keyPath(store string) string {
	name, ok := sqliteFile(store)
	if !ok || name == "" {
		return ""
	}
	if uri, ok := strings.CutPrefix(name, "file:"); ok {
		name, _, _ = strings.Cut(uri, "?")
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
	}
	return name + ".key"
}

// read returns the key in the file, "" if there is none.
func (k *devKey) read() (string, error) {
	if k.path == "" {
		return "", nil
	}
	text, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(bytes.TrimSpace(text)), err
}

// keep writes the key into its file unless there is one, and returns the one that counts. The file
// appears with its whole content or not at all: of programs that start at once, all use one key.
func (k *devKey) keep() (string, error) {
	if k.path == "" {
		return k.text, nil
	}
	if kept, err := k.read(); err != nil || kept != "" {
		return kept, err
	}
	draft, err := os.CreateTemp(filepath.Dir(k.path), filepath.Base(k.path)+".*") // of mode 0600
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.WriteString(k.text + "\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return "", err
	}
	if err := os.Link(draft.Name(), k.path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return k.read()
}

// newKey returns a random key: the hexadecimal form of 64 bytes, or a private key in PEM.
func newKey(a token.Algorithm) (string, error) {
	if a == "" || a.Symmetric() {
		secret := make([]byte, 64)
		_, _ = rand.Read(secret) // never fails
		return hex.EncodeToString(secret), nil
	}
	private, err := newPrivateKey(a)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

func newPrivateKey(a token.Algorithm) (any, error) {
	switch a {
	case token.ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case token.ES384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case token.ES512:
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case token.EdDSA:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	default:
		return rsa.GenerateKey(rand.Reader, 2048)
	}
}
