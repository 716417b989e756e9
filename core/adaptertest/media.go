package adaptertest

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

var mediaClaims = []claim{
	{"another media type is refused by its name", otherMedia},
	{"parameters and letter case of a media type do not matter", sameMedia},
	{"compressed bodies are refused", compressedBodies},
	{"the Accept header and format do not matter", noNegotiation},
	{"malformed forms are refused", malformedForms},
}

// LG-03.
func otherMedia(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for kind, named := range map[string]string{
		"text/plain": "text/plain", "": "text/plain", "application/xml": "application/xml",
		"application/vnd.api+json": "application/vnd.api+json", "text/json": "text/json",
		"application/json; charset=latin1": "application/json; charset=latin1",
		"application/jsonp":                "application/jsonp",
		"nonsense":                         "nonsense",
	} {
		for _, endpoint := range append(slices.Collect(maps.Keys(posted)), logoutPath) {
			r := httptest.NewRequest(http.MethodPost, a.path(endpoint), strings.NewReader(`{"token":"x"}`))
			if kind != "" {
				r.Header.Set("Content-Type", kind)
			}
			a.do(r).
				want(t, http.StatusUnsupportedMediaType, `{"detail":"Unsupported media type \"`+named+`\" in request."}`)
		}
	}
}

func sameMedia(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	for _, kind := range []string{
		"application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON",
		"application/json; x=y",
	} {
		a.login(ann, "Content-Type", kind)
	}
}

// DS-01.
func compressedBodies(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	body := object{"email": ann, "password": userPassword}
	for _, encoding := range []string{"gzip", "deflate", "br", "gzip, identity"} {
		a.post("/token/", body, "Content-Encoding", encoding).
			want(t, http.StatusUnsupportedMediaType, `{"detail":"Unsupported content encoding in request."}`)
	}
	a.post("/token/", body, "Content-Encoding", "identity").want(t, http.StatusOK, "")
}

func noNegotiation(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	for _, accept := range []string{"text/html", "application/xml", "text/html,*/*;q=0.1", ""} {
		a.login(ann, "Accept", accept)
	}
	a.post("/token/?format=xml", object{"email": ann, "password": userPassword}).want(t, http.StatusOK, "")
}

// DS-04.
func malformedForms(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	const urlencoded = "application/x-www-form-urlencoded"
	for _, c := range []struct{ kind, body, detail string }{
		{urlencoded, "email=%zz&password=x", "Form parse error - "},
		{urlencoded, "email=a&email=b&password=x", "Form parse error - "},
		{urlencoded, "email=%ff&password=x", "Form parse error - "},
		{urlencoded, strings.Repeat("x&y&", 4000), "Form parse error - "},
		{"multipart/form-data", "email=a", "Multipart form parse error - "},
		{"multipart/form-data; boundary=x", "email=a", "Multipart form parse error - "},
		{"multipart/form-data; boundary=x", "--x\r\n\r\na\r\n--x--\r\n", "Multipart form parse error - "},
	} {
		p := a.post("/token/", c.body, "Content-Type", c.kind)
		if p.status != http.StatusBadRequest || !strings.HasPrefix(p.field("detail"), c.detail) {
			t.Errorf("%s %.40q: %d %s", c.kind, c.body, p.status, p.text)
		}
	}
	required := `{"email":["This field is required."],"password":["This field is required."]}`
	a.post("/token/", "x=1", "Content-Type", urlencoded).want(t, http.StatusBadRequest, required)
}
