// Package email knows the one canonical form of an e-mail address: what is stored, looked up and
// throttled.
//
// Which addresses are valid follows Django's EmailValidator, so that a Django service accepts what
// is accepted here, minus what is dangerous in a mail header (control characters) and what no
// domain can be (invalid IDNA).
package email

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ErrInvalid is wrapped by the error of [Canonical] for whatever is no address.
var ErrInvalid = errors.New("not a valid e-mail address")

const (
	maxAddress = 254 // code points; RFC 5321 section 4.5.3.1.3 less the angle brackets
	maxLocal   = 64  // RFC 5321 section 4.5.3.1.1
)

// A quoted local part may hold anything visible, with quotes and backslashes escaped.
var (
	dotAtom = regexp.MustCompile("^[-!#$%&'*+/=?^_`{|}~0-9A-Za-z]+(\\.[-!#$%&'*+/=?^_`{|}~0-9A-Za-z]+)*$")
	quoted  = regexp.MustCompile(`^"([!#-\[\]-~]|\\[!-~])*"$`)
	topName = regexp.MustCompile(`^[^0-9]{2,63}$`)
)

// Canonical returns the canonical form of address: white space around it removed, all of it in
// lower case (a domain as UTS #46 folds it), and an internationalized domain in Unicode, so that
// its punycode spelling is the same address. It is idempotent. Every error wraps [ErrInvalid] and
// quotes nothing of the address.
func Canonical(address string) (string, error) {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "", invalid("no @")
	}
	if utf8.RuneCountInString(address) > maxAddress {
		return "", invalid("too long")
	}
	local, domain := address[:at], address[at+1:]
	if len(local) > maxLocal {
		return "", invalid("local part too long")
	}
	if !dotAtom.MatchString(local) && !quoted.MatchString(local) {
		return "", invalid("local part")
	}
	domain, err := canonicalDomain(domain)
	if err != nil {
		return "", err
	}
	address = strings.ToLower(local) + "@" + domain
	if utf8.RuneCountInString(address) > maxAddress {
		return "", invalid("too long")
	}
	return address, nil
}

// Lookup returns the canonical form of what somebody typed at login, or "" where it cannot be an
// address: no stored address is "", so the search for it finds nobody and takes the usual way.
func Lookup(text string) string {
	address, err := Canonical(text)
	if err != nil {
		return ""
	}
	return address
}

func invalid(what string) error { return fmt.Errorf("email: %w: %s", ErrInvalid, what) }

// names maps and validates domain names by UTS #46. It allows hyphens in the third and fourth
// place: host names such as r3---sn exist.
var names = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.CheckHyphens(false),
	idna.VerifyDNSLength(true),
)

func canonicalDomain(domain string) (string, error) {
	if strings.HasPrefix(domain, "[") {
		return canonicalLiteral(domain)
	}
	unicode, err := names.ToUnicode(domain)
	if err != nil {
		return "", invalid("domain")
	}
	// The limits of DNS hold for the other spelling.
	ascii, err := names.ToASCII(unicode)
	if err != nil {
		return "", invalid("domain")
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return "", invalid("domain")
		}
	}
	dot := strings.LastIndexByte(unicode, '.')
	if unicode != "localhost" && (dot < 0 || !topName.MatchString(unicode[dot+1:])) {
		return "", invalid("domain")
	}
	return unicode, nil
}

// canonicalLiteral reads an address in brackets, RFC 5321 section 4.1.3, in the protocol's spelling
// of IPv6.
func canonicalLiteral(domain string) (string, error) {
	text, closed := strings.CutSuffix(domain[1:], "]")
	ip, err := netip.ParseAddr(text)
	if !closed || err != nil || ip.Zone() != "" {
		return "", invalid("address literal")
	}
	return "[" + ip.String() + "]", nil
}
