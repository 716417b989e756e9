package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	auth "github.com/authplug/authplug/core"
)

// own is an endpoint at a path.
func own(name, method, path string) auth.Endpoint {
	return auth.Endpoint{
		Name: name, Method: method, Path: path,
		Handle: func(*http.Request) (*auth.Response, error) { return &auth.Response{}, nil },
	}
}

// fits tells whether the one route of an endpoint takes a path, as it is sent, for its own.
func fits(t *testing.T, mount, path, sent string) (value string, ok bool) {
	t.Helper()
	settings := good()
	settings.Mount = mount
	s, err := auth.New(settings, auth.In(noStore{}))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, sent, nil)
	for _, route := range s.Routes(auth.With(own("own", http.MethodGet, path)), auth.Only("own")) {
		_, err = route.Handle(r)
	}
	var refused *auth.Error
	if err != nil && (!errors.As(err, &refused) || refused.Status() != http.StatusNotFound) {
		t.Errorf("%s: %v", sent, err)
	}
	return r.PathValue("id"), err == nil
}

func TestAnEndpointIsBelowAPlainPrefixOnly(t *testing.T) {
	for prefix, want := range map[string]bool{
		"": true, "/x": true, "/x/y": true, "/v1.0": true, "/..x": true, "/...": true, "/a%20b": true, "/%C3%A4": true,
		"/a;b": true, "/x%252F..": true,
		"/": false, "/x/": false, "//": false, "//x": false, "/x//y": false,
		"/.": false, "/..": false, "/x/.": false, "/x/..": false, "/../x": false, "/./x": false, "//.": false,
		"/%2e": false, "/%2E": false, "/x/%2e%2e": false, "/x/.%2e": false, "/%2e./x": false,
		"/x%2F..": false, "/x%2f": false, "/%2F": false, "/x%5C..": false, "/%5c": false, "/x%2Fy": false,
		"/%00": false, "/%FF": false,
	} {
		for _, mount := range []string{"/auth", "/"} {
			sent := prefix + "/auth/own/"
			if mount == "/" {
				sent = prefix + "/own/"
			}
			if _, ok := fits(t, mount, "/own/", sent); ok != want {
				t.Errorf("mount %s: %s fits: %t, want %t", mount, sent, ok, want)
			}
		}
	}
}

func TestAFixedSegmentHasOneSpelling(t *testing.T) {
	for path, spellings := range map[string]map[string]bool{
		"/own/":     {"own": true, "%6Fwn": false, "own;x": false, "own;": false},
		"/v1.0~_-/": {"v1.0~_-": true, "v1%2E0~_-": false, "v1.0%7E_-": false, "v1.0%7e_-": false},
	} {
		for sent, want := range spellings {
			if _, ok := fits(t, "/auth", path, "/auth/"+sent+"/"); ok != want {
				t.Errorf("%s: %s fits: %t, want %t", path, sent, ok, want)
			}
		}
	}
}

func TestAValueIsAWholeSegmentOfText(t *testing.T) {
	for sent, want := range map[string]string{
		"7": "7", "%41": "A", "%C3%A4": "ä", "a%5Cb": `a\b`, "...": "...", "..a": "..a", "%0A": "\n",
	} {
		if got, ok := fits(t, "/auth", "/own/:id/", "/auth/own/"+sent+"/"); !ok || got != want {
			t.Errorf("%s is %q, %t, want %q", sent, got, ok, want)
		}
	}
	for _, sent := range []string{
		"", "a%2Fb", "%2f", "%00", "a%00", "%FF", "%E4", "a%C3", "%ED%A0%80", ".", "..", "%2e", "%2E%2E", ".%2e",
	} {
		if got, ok := fits(t, "/auth", "/own/:id/", "/auth/own/"+sent+"/"); ok {
			t.Errorf("%q fits and is %q", sent, got)
		}
	}
}
