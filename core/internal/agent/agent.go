// Package agent makes names for people of what programs call themselves.
package agent

import "strings"

// Longest bounds a label, in bytes.
const Longest = 64

// nameless is the label of a program that does not say what it is.
const nameless = "Unknown device"

// A sign is a part of a User-Agent that only some programs have.
type sign struct{ part, name string }

// browsers are looked for in this order: most of them claim to be those further down as well.
var browsers = []sign{
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"},
	{"OPR/", "Opera"},
	{"OPT/", "Opera"},
	{"Vivaldi/", "Vivaldi"},
	{"YaBrowser/", "Yandex Browser"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"},
	{"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"Chrome/", "Chrome"},
	{"Version/", "Safari"}, // with Safari/, which all of WebKit's descendants have
}

var systems = []sign{
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "Android"},
	{"CrOS", "ChromeOS"},
	{"Windows", "Windows"},
	{"Macintosh", "macOS"},
	{"Linux", "Linux"},
	{"X11", "Unix"},
}

// Label returns a readable name of the program with a User-Agent: "Firefox on Linux" for the usual
// browsers, else its first product token (RFC 9110 §10.1.5). It has at most [Longest] bytes of
// visible ASCII and spaces.
func Label(userAgent string) string {
	// What is further back makes no difference to any known browser, and a client chooses the length.
	const most = 512
	userAgent = userAgent[:min(len(userAgent), most)]
	if strings.HasPrefix(userAgent, "Mozilla/") {
		browser, system := find(browsers, userAgent), find(systems, userAgent)
		switch {
		case browser != "" && system != "":
			return browser + " on " + system
		case browser != "" || system != "":
			return browser + system
		}
	}
	return product(userAgent)
}

func find(signs []sign, userAgent string) string {
	for _, s := range signs {
		if strings.Contains(userAgent, s.part) {
			return s.name
		}
	}
	return ""
}

// product returns the first product token without what is not visible.
func product(userAgent string) string {
	for word := range strings.FieldsSeq(userAgent) {
		word = strings.Map(func(r rune) rune {
			if r <= ' ' || r > '~' {
				return -1
			}
			return r
		}, word)
		if word != "" {
			return word[:min(len(word), Longest)]
		}
	}
	return nameless
}
