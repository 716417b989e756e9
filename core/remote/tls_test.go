package remote_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/remote"
)

// certify makes a certificate that signs itself.
func certify(t *testing.T, change func(*x509.Certificate)) (cert tls.Certificate, text string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return certifyKey(t, key, change)
}

func certifyKey(t *testing.T, key crypto.Signer, change func(*x509.Certificate)) (cert tls.Certificate, text string) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "auth"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, text
}

func newTLSUpstream(t *testing.T, config *tls.Config) *upstream {
	t.Helper()
	u := &upstream{}
	u.Server = httptest.NewUnstartedServer(u.recording(says(http.StatusOK, `{"access":"a","refresh":"r"}`)))
	u.TLS, u.Config.ErrorLog = config, log.New(io.Discard, "", 0)
	u.Config.ConnState = u.counting
	u.StartTLS()
	t.Cleanup(u.Close)
	return u
}

// RM-05.
func TestCertificatesAreVerified(t *testing.T) {
	good, goodCA := certify(t, func(*x509.Certificate) {})
	other, otherCA := certify(t, func(c *x509.Certificate) {
		c.IPAddresses, c.DNSNames = nil, []string{"hunter2.example"}
	})
	old, oldCA := certify(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	weakKey, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak, weakCA := certifyKey(t, weakKey, func(*x509.Certificate) {})
	for name, c := range map[string]struct {
		cert     tls.Certificate
		min, max uint16 // versions
		ca       string
		skip     bool
		ok       bool
	}{
		"good":                 {cert: good, ca: goodCA, ok: true},
		"of two":               {cert: good, ca: otherCA + goodCA, ok: true},
		"in development":       {cert: old, skip: true, ok: true},
		"TLS 1.2":              {cert: good, ca: goodCA, max: tls.VersionTLS12, ok: true},
		"unknown":              {cert: good},
		"of a weak key":        {cert: weak, ca: weakCA},
		"of another authority": {cert: good, ca: otherCA},
		"of another host":      {cert: other, ca: otherCA},
		"expired":              {cert: old, ca: oldCA},
		"TLS 1.1":              {cert: good, ca: goodCA, min: tls.VersionTLS10, max: tls.VersionTLS11},
		"TLS 1.1, skipped":     {cert: good, skip: true, min: tls.VersionTLS10, max: tls.VersionTLS11},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newTLSUpstream(t, &tls.Config{
				Certificates: []tls.Certificate{c.cert}, MinVersion: c.min, MaxVersion: c.max,
			})
			client := newClient(t, u.URL, func(s *remote.Settings) {
				s.CA, s.SkipVerify, s.AllowInsecure, s.Timeout = c.ca, c.skip, c.skip, 5*time.Second
			})
			errs := []error{calls["token"](t.Context(), client), calls["verify"](t.Context(), client)}
			if !c.ok {
				wantNothingSent(t, u, errs)
			} else if err := errors.Join(errs...); err != nil {
				t.Error(err)
			}
		})
	}
}

// wantNothingSent checks that calls failed before a credential was on its way, and that the log tells
// why.
func wantNothingSent(t *testing.T, u *upstream, errs []error) {
	t.Helper()
	for _, err := range errs {
		e := answered(t, err, http.StatusServiceUnavailable, textConnection)
		if !strings.Contains(e.Error(), "tls") {
			t.Errorf("the log does not tell why: %v", e)
		}
	}
	if n := len(u.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if n := u.connections.Load(); n != int32(len(errs)) {
		t.Errorf("%d connections for %d calls: a certificate does not become better", n, len(errs))
	}
}

// The one speaks TLS and the other does not.
func TestNoTLSWherePlainIsSpoken(t *testing.T) {
	good, _ := certify(t, func(*x509.Certificate) {})
	secure := newTLSUpstream(t, &tls.Config{Certificates: []tls.Certificate{good}})
	plain := newUpstream(t, says(http.StatusOK, `{"access":"a","refresh":"r"}`))
	for _, url := range []string{
		strings.Replace(secure.URL, "https:", "http:", 1),
		strings.Replace(plain.URL, "http:", "https:", 1),
	} {
		c := newClient(t, url)
		wantError(t, calls["token"](t.Context(), c), http.StatusServiceUnavailable, "")
	}
	if n := len(secure.seen()) + len(plain.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
