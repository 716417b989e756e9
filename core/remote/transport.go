package remote

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"
)

// Bounds of a call.
const (
	maxBody        = 64 << 10
	maxHeader      = 32 << 10
	maxConnections = 256 // more calls wait for one, at most until their deadline
	connectTimeout = 2 * time.Second
	idleTimeout    = 30 * time.Second
)

// newTransport returns a transport of HTTP/1.1, where a connection that hangs holds up one call
// alone. It ignores the proxies of the environment: credentials go to the configured service and
// nowhere else.
func newTransport(s Settings) *http.Transport {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: s.SkipVerify, //nolint:gosec // The settings refuse it outside development.
	}
	if !s.SkipVerify {
		config.VerifyConnection = refuseWeak
	}
	if s.CA != "" {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM([]byte(s.CA))
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSClientConfig:        config,
		Protocols:              &protocols,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost:        maxConnections,
		MaxIdleConnsPerHost:    maxConnections,
		IdleConnTimeout:        idleTimeout,
	}
}

// refuseWeak refuses certificates whose keys can be computed, which package tls accepts.
func refuseWeak(state tls.ConnectionState) error {
	if !slices.ContainsFunc(state.VerifiedChains, isStrong) {
		return errors.New("tls: the certificates have an RSA key of less than 2048 bits")
	}
	return nil
}

func isStrong(chain []*x509.Certificate) bool {
	const least = 2048 // bits
	return !slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
		key, isRSA := c.PublicKey.(*rsa.PublicKey)
		return isRSA && key.N.BitLen() < least
	})
}
