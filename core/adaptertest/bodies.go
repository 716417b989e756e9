package adaptertest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var bodyClaims = []claim{
	{"an empty body is an empty object", emptyBodies},
	{"a value that is no object is named", bodiesThatAreNoObjects},
	{"what is no JSON is a parse error", bodiesThatAreNoJSON},
	{"a field of a wrong type is named", fieldsOfWrongTypes},
	{"a number is a text", numbersAreTexts},
	{"unknown members do not matter", unknownMembers},
	{"16384 bytes pass and one more does not", bodiesHaveALimit},
	{"all problems are told at once", problemsComeTogether},
}

// posted are the endpoints that take a body, and their required fields in the protocol's order.
var posted = map[string][]string{
	"/token/":                 {"email", "password"},
	"/token/refresh/":         {"refresh"},
	"/token/verify/":          {"token"},
	"/token/blacklist/":       {"refresh"},
	"/token/sliding/":         {"email", "password"},
	"/token/sliding/refresh/": {"token"},
	"/create-user/":           {"email", "password"},
	"/password-change/":       {"password", "new_password", "email"},
}

// logoutPath is the endpoint without required fields.
const logoutPath = "/token/logout/"

// eachField makes one answer of the same problem with several fields.
func eachField(fields []string, problem string) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = `"` + f + `":["` + problem + `"]`
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func emptyBodies(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for endpoint, fields := range posted {
		for _, body := range []string{"", "{}", " \r\n\t{ } "} {
			a.post(endpoint, body).
				want(t, http.StatusBadRequest, eachField(fields, "This field is required."))
		}
	}
	a.post(logoutPath, "").want(t, http.StatusOK, loggedOutBody)
	a.post(logoutPath, "{}").want(t, http.StatusOK, loggedOutBody)
}

func bodiesThatAreNoObjects(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for body, name := range map[string]string{
		`[]`: "list", `[{"email":"a","password":"b"}]`: "list", `"text"`: "str", `""`: "str", `5`: "int",
		`-1`:  "int",
		`1.5`: "float", `1e3`: "float", `true`: "bool", `false`: "bool",
	} {
		want := fieldBody("non_field_errors", "Invalid data. Expected a dictionary, but got "+name+".")
		for endpoint := range posted {
			a.post(endpoint, body).want(t, http.StatusBadRequest, want)
		}
		a.post(logoutPath, body).want(t, http.StatusOK, loggedOutBody)
	}
	for endpoint := range posted {
		a.post(endpoint, "null").
			want(t, http.StatusBadRequest, fieldBody("non_field_errors", "No data provided"))
	}
	a.post(logoutPath, "null").want(t, http.StatusOK, loggedOutBody)
}

func bodiesThatAreNoJSON(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for _, body := range []string{
		`{`, `}`, `{"token"`, `{"token":`, `{"token":"x"`, `{"token":"x",}`, `{token:"x"}`, `{'token':'x'}`,
		`{"token":"x"}}`, `{"token":"x"} {"token":"x"}`, `{"token":"x"} x`, `{"token":"x"},`,
		"{\"token\":\"x\"}\x00",
		`{"token":"x","token":"y"}`, `{"a":{"b":1,"b":2}}`, `{"token":"x","tok\u0065n":"x"}`,
		`{"token":NaN}`, `{"token":Infinity}`, `{"token":01}`, `{"token":1e999}`, `{"token":+1}`, `{"token":.5}`,
		"{\"token\":\"\xff\"}", "\xef\xbb\xbf{}", "{\"token\":\"a\nb\"}", `{"token":"\ud800"}`, `{"token":"\x41"}`,
		"\x00", `{"a":` + strings.Repeat("[", 10000), `/**/{}`, "\xfe\xff\x00{\x00}",
	} {
		for endpoint := range posted {
			wantParseError(t, body, a.post(endpoint, body))
		}
		wantParseError(t, body, a.post(logoutPath, body))
	}
}

func wantParseError(t *testing.T, body string, p reply) {
	t.Helper()
	if p.status != http.StatusBadRequest || len(p.body) != 1 ||
		!strings.HasPrefix(p.field("detail"), "JSON parse error - ") {
		t.Errorf("%.40q: %d %.200s", body, p.status, p.text)
	}
}

// RG-07, ST-08.
func fieldsOfWrongTypes(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for value, problem := range map[string]string{
		`true`: "Not a valid string.", `false`: "Not a valid string.", `[]`: "Not a valid string.",
		`["a@example.com","b@example.com"]`: "Not a valid string.", `{}`: "Not a valid string.",
		`{"$ne":""}`: "Not a valid string.", `null`: "This field may not be null.",
		`""`:         "This field may not be blank.",
		`"a\u0000b"`: "Null characters are not allowed.",
	} {
		for endpoint, fields := range posted {
			members := make([]string, len(fields))
			for i, f := range fields {
				members[i] = `"` + f + `":` + value
			}
			p := a.post(endpoint, "{"+strings.Join(members, ",")+"}")
			p.want(t, http.StatusBadRequest, eachField(fields, problem))
		}
	}
	for _, name := range []string{"email", "refresh", "token"} {
		for endpoint, fields := range posted {
			if len(fields) == 1 && fields[0] == name {
				a.post(endpoint, object{name: " \t\u00a0"}).
					want(t, http.StatusBadRequest, fieldBody(name, "This field may not be blank."))
			}
		}
	}
	a.post("/token/", object{"email": "   ", "password": "   "}).
		want(t, http.StatusBadRequest, fieldBody("email", "This field may not be blank."))
}

func numbersAreTexts(t *testing.T, h Harness) {
	a := h.app(t, nil)
	u := a.user(ann)
	a.post("/token/verify/", `{"token":5}`).want(t, http.StatusUnauthorized, invalidBody)
	for number, text := range map[string]string{
		"123456789012345678901234567890": "123456789012345678901234567890", "0.50": "0.5", "1e3": "1000.0",
		"-7": "-7",
	} {
		a.keepHash(u.ID, hashed(t, "argon2id", text))
		a.post("/token/", `{"email":"ann@example.com","password":`+number+`}`).want(t, http.StatusOK, "")
	}
}

func unknownMembers(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.user(ann)
	tokens := a.login(ann)
	a.post("/token/", object{"email": ann, "password": userPassword, "x": nil, "y": []int{1}}).
		want(t, http.StatusOK, "")
	p := a.post("/token/refresh/", object{
		"refresh": tokens.refresh, "role": "admin", "exp": 9999999999, "sub": "1", "user_id": 7, "lifetime": "1h",
	})
	p.want(t, http.StatusOK, "")
	got := claims(t, p.field("access"))
	if got["exp"] != claims(t, tokens.access)["exp"] || got["role"] != nil || got["sub"] != nil {
		t.Errorf("claims = %v", got)
	}
}

// DS-01.
func bodiesHaveALimit(t *testing.T, h Harness) {
	a := h.app(t, nil)
	for _, length := range []bool{true, false} {
		for endpoint := range posted {
			send := func(size int) reply {
				r := httptest.NewRequest(http.MethodPost, a.path(endpoint),
					strings.NewReader("{"+strings.Repeat(" ", size-2)+"}"))
				r.Header.Set("Content-Type", "application/json")
				if !length {
					r.ContentLength = -1
				}
				return a.do(r)
			}
			send(16384).want(t, http.StatusBadRequest, "")
			send(16385).want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
			send(1<<20).want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
		}
	}
	a.post(logoutPath, strings.Repeat(" ", 16385)).want(t, http.StatusRequestEntityTooLarge, tooLargeBody)
}

func problemsComeTogether(t *testing.T, h Harness) {
	a := h.app(t, nil)
	a.post("/password-change/", `{"email":null,"password":true}`).want(t, http.StatusBadRequest,
		`{"password":["Not a valid string."],"new_password":["This field is required."],`+
			`"email":["This field may not be null."]}`)
	a.post("/token/", `{"password":""}`).want(t, http.StatusBadRequest,
		`{"email":["This field is required."],"password":["This field may not be blank."]}`)
}
