package wire_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/authplug/authplug/core/internal/wire"
)

const jsonType = "application/json"

func post(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/auth/token/?email=query@test.com", strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

// read returns the text of a field of a body.
func read(t *testing.T, r *http.Request, name string) (text string, ok bool) {
	t.Helper()
	object, err := wire.ReadObject(r)
	if err != nil {
		t.Fatalf("ReadObject: %v", err)
	}
	return object.Fields().Text(wire.Field{Name: name, AllowBlank: true, Optional: true})
}

// refusal returns status and detail of a body that is refused as a whole.
func refusal(t *testing.T, r *http.Request) (status int, detail string) {
	t.Helper()
	object, err := wire.ReadObject(r)
	var refused *wire.Error
	if !errors.As(err, &refused) || object != nil {
		t.Fatalf("ReadObject = %v, %v, want a *wire.Error", object, err)
	}
	return refused.Status, refused.Detail
}

const multipartBody = "--XX\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nuser@test.com\r\n" +
	"--XX\r\nContent-Disposition: form-data; name=\"email\"; filename=\"a.txt\"\r\n\r\nfile\r\n" +
	"--XX\r\nContent-Disposition: form-data; name=\"password\"\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n\r\n=41\r\n--XX--\r\n"

func TestEveryMediaTypeGivesTheSameFields(t *testing.T) {
	for _, c := range []struct{ contentType, body string }{
		{jsonType, `{"email":"user@test.com","password":"=41"}`},
		{"Application/JSON; charset=UTF-8", ` {"password":"=41","email":"\u0075ser@test.com"} `},
		{"application/json; charset=utf8; x=y", `{"email":"user@test.com","password":"=41","more":[{}]}`},
		{"application/x-www-form-urlencoded", "email=user%40test.com&&password=%3D41"},
		{"application/x-www-form-urlencoded;charset=utf-8", "password==41&email=user@test%2Ecom&x"},
		{"multipart/form-data; boundary=XX", multipartBody},
	} {
		email, ok := read(t, post(c.contentType, c.body), "email")
		if email != "user@test.com" || !ok {
			t.Errorf("%s: email = %q, %v", c.contentType, email, ok)
		}
		if password, ok := read(t, post(c.contentType, c.body), "password"); password != "=41" || !ok {
			t.Errorf("%s: password = %q, %v", c.contentType, password, ok)
		}
	}
}

func TestQueryIsNeverLookedAt(t *testing.T) {
	for _, contentType := range []string{jsonType, "application/x-www-form-urlencoded"} {
		if email, ok := read(t, post(contentType, ""), "email"); ok {
			t.Errorf("%s: email = %q, taken from the URL", contentType, email)
		}
	}
}

func TestEmptyBodyIsAnEmptyObjectOfAnyType(t *testing.T) {
	for _, contentType := range []string{"", jsonType, "text/plain", "application/x-www-form-urlencoded"} {
		for name, body := range map[string]io.Reader{
			"none": nil, "empty": strings.NewReader(""), "chunked": iotest.ErrReader(io.EOF),
		} {
			r := httptest.NewRequest(http.MethodPost, "/", body)
			r.Header.Set("Content-Type", contentType)
			if _, ok := read(t, r, "email"); ok {
				t.Errorf("%q, %s: there is an email", contentType, name)
			}
		}
	}
	if _, err := wire.ReadObject(&http.Request{}); err != nil {
		t.Errorf("no body at all: %v", err)
	}
}

func TestOtherMediaTypesAreRefused(t *testing.T) {
	for _, c := range []struct{ contentType, quoted string }{
		{"", "text/plain"},
		{"text/plain", "text/plain"},
		{"application/xml", "application/xml"},
		{"application/vnd.api+json", "application/vnd.api+json"},
		{"application/jsonx", "application/jsonx"},
		{"application/json, text/plain", "application/json, text/plain"},
		{"application/json; charset=utf-16", "application/json; charset=utf-16"},
		{"application/json; charset=utf-8; charset=latin1", "application/json; charset=utf-8; charset=latin1"},
		{"application/x-www-form-urlencoded; charset=latin1", "application/x-www-form-urlencoded; charset=latin1"},
		{"x\xff/y", "x?/y"},
		{strings.Repeat("a", 5000), strings.Repeat("a", 100)},
	} {
		status, detail := refusal(t, post(c.contentType, "{}"))
		if want := `Unsupported media type "` + c.quoted + `" in request.`; status != 415 || detail != want {
			t.Errorf("%q: %d %q, want 415 %q", c.contentType, status, detail, want)
		}
	}
}

func TestTwoContentTypesAreRefused(t *testing.T) {
	r := post(jsonType, "{}")
	r.Header.Add("Content-Type", jsonType)
	if status, detail := refusal(t, r); status != 415 {
		t.Errorf("ReadObject: %d %q, want 415", status, detail)
	}
}

func TestCompressedBodiesAreRefused(t *testing.T) {
	for encoding, accepted := range map[string]bool{"": true, "Identity": true, "gzip": false, "identity, gzip": false} {
		r := post(jsonType, "{}")
		r.Header.Set("Content-Encoding", encoding)
		_, err := wire.ReadObject(r)
		var refused *wire.Error
		if got := !errors.As(err, &refused); got != accepted || !accepted && refused.Status != 415 {
			t.Errorf("Content-Encoding %q: %v, want accepted: %v", encoding, err, accepted)
		}
	}
}

// bodyOf returns a JSON object of n bytes.
func bodyOf(n int) string { return `{"a":"` + strings.Repeat("x", n-8) + `"}` }

func TestBodiesOverTheLimitAreTooLarge(t *testing.T) {
	for _, length := range []int{wire.MaxBody, wire.MaxBody + 1} {
		for _, known := range []bool{true, false} {
			r := post(jsonType, bodyOf(length))
			if !known {
				r.ContentLength = -1
			}
			_, err := wire.ReadObject(r)
			if tooLarge := errors.Is(err, wire.ErrTooLarge); tooLarge != (length > wire.MaxBody) {
				t.Errorf("%d bytes, length known: %v: %v", length, known, err)
			}
		}
	}
	if wire.ErrTooLarge.Status != 413 || wire.ErrTooLarge.Detail != "Request body too large." {
		t.Errorf("ErrTooLarge = %+v", *wire.ErrTooLarge)
	}
}

// counter counts what is read of an endless body.
type counter int

func (c *counter) Read(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func TestNoMoreThanOneByteOverTheLimitIsRead(t *testing.T) {
	for length, want := range map[int64]counter{-1: wire.MaxBody + 1, 5: wire.MaxBody + 1, wire.MaxBody + 1: 0} {
		var body counter
		r := httptest.NewRequest(http.MethodPost, "/", &body)
		r.Header.Set("Content-Type", jsonType)
		r.ContentLength = length
		if _, err := wire.ReadObject(r); !errors.Is(err, wire.ErrTooLarge) || body != want {
			t.Errorf("Content-Length %d: %v after %d bytes, want ErrTooLarge after %d", length, err, body, want)
		}
	}
}

func TestTheApplicationsOwnLimitIsTooLargeToo(t *testing.T) {
	r := post(jsonType, bodyOf(100))
	r.Body = http.MaxBytesReader(nil, r.Body, 50)
	if _, err := wire.ReadObject(r); !errors.Is(err, wire.ErrTooLarge) {
		t.Errorf("ReadObject: %v, want ErrTooLarge", err)
	}
}

func TestBodyThatEndsEarlyIsIncomplete(t *testing.T) {
	body := io.MultiReader(strings.NewReader("{}"), iotest.ErrReader(io.ErrUnexpectedEOF))
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", jsonType)
	_, err := wire.ReadObject(r)
	if !errors.Is(err, wire.ErrIncomplete) || !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(*wire.Error)) {
		t.Errorf("ReadObject: %v, want ErrIncomplete and the cause", err)
	}
}

func TestBrokenFormsAreRefused(t *testing.T) {
	const form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=XX"
	part := func(disposition, text string) string {
		return "--XX\r\nContent-Disposition: " + disposition + "\r\n\r\n" + text + "\r\n"
	}
	a, file := part(`form-data; name="a"`, "1"), part(`form-data; name="a"; filename="b"`, "")
	many := func(format func(i int) string) string {
		var b strings.Builder
		for i := range 101 {
			b.WriteString(format(i))
		}
		return b.String()
	}
	for _, c := range []struct{ contentType, body, detail string }{
		{form, "a=1&a=2", "Form parse error - Duplicate name"},
		{form, "a=1&%61=2", "Form parse error - Duplicate name"},
		{form, "a=%zz", "Form parse error - Invalid percent-encoding"},
		{form, "%=1", "Form parse error - Invalid percent-encoding"},
		{form, "a=%ff", "Form parse error - Invalid UTF-8"},
		{form, "\xff=1", "Form parse error - Invalid UTF-8"},
		{form, many(func(i int) string { return strconv.Itoa(i) + "=&" }), "Form parse error - Too many names"},
		{"multipart/form-data", "x", "Multipart form parse error - Invalid boundary"},
		{multi, "x", "Multipart form parse error - Malformed part"},
		{multi, a, "Multipart form parse error - Malformed part"},
		{multi, part(`form-data`, "1") + "--XX--", "Multipart form parse error - Malformed part"},
		{multi, part(`attachment; name="a"`, "1") + "--XX--", "Multipart form parse error - Malformed part"},
		{multi, a + a + "--XX--", "Multipart form parse error - Duplicate name"},
		{multi, part(`form-data; name="a"`, "\xff") + "--XX--", "Multipart form parse error - Invalid UTF-8"},
		{multi, many(func(int) string { return file }) + "--XX--", "Multipart form parse error - Too many names"},
	} {
		if status, detail := refusal(t, post(c.contentType, c.body)); status != 400 || detail != c.detail {
			t.Errorf("%s %.60q: %d %q, want 400 %q", c.contentType, c.body, status, detail, c.detail)
		}
	}
}
