package wire_test

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/authplug/authplug/core/internal/wire"
)

const (
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data; boundary=XX"
)

// counted tells how much of a body was read.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// decoded reads a body and checks what holds for every one: no more of it is read than the limit
// and a byte, and what is refused is refused in the protocol's shape. It returns nil for that.
func decoded(t *testing.T, contentType, body string) *wire.Object {
	t.Helper()
	r := post(contentType, "")
	source := &counted{Reader: strings.NewReader(body)}
	r.Body, r.ContentLength = io.NopCloser(source), -1
	object, err := wire.ReadObject(r)
	if source.n > wire.MaxBody+1 {
		t.Errorf("%d bytes were read", source.n)
	}
	var refused *wire.Error
	var problems *wire.Problems
	switch {
	case err == nil && len(body) > wire.MaxBody:
		t.Errorf("%d bytes are accepted", len(body))
	case err == nil:
		checkNames(t, object)
	case object != nil:
		t.Errorf("%q: both %v and %v", body, object, err)
	case errors.As(err, &refused):
		if refused.Status != http.StatusBadRequest && refused.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%q: status %d", body, refused.Status)
		}
	case !errors.As(err, &problems) || !errors.Is(err, wire.ErrNotObject):
		t.Errorf("%q: %v", body, err)
	}
	return object
}

func checkNames(t *testing.T, object *wire.Object) {
	t.Helper()
	seen := map[string]bool{}
	for _, name := range object.Names() {
		if seen[name] || !utf8.ValidString(name) || !utf8.ValidString(object.Text(name)) || len(seen) == 100 {
			t.Errorf("name %q is there twice, one too many or not UTF-8, as in %q", name, object.Text(name))
		}
		seen[name] = true
	}
}

// checkAgain wants an object that was written anew to be read as the same.
func checkAgain(t *testing.T, object *wire.Object, contentType, body string) {
	t.Helper()
	if len(body) > wire.MaxBody {
		return
	}
	again := decoded(t, contentType, body)
	if again == nil || again.Len() != object.Len() {
		t.Fatalf("%q is read as %v, not %v", body, again, object)
	}
	for _, name := range object.Names() {
		if got, want := again.Text(name), object.Text(name); got != want {
			t.Errorf("%q: %q is %q, not %q", body, name, got, want)
		}
	}
}

// FuzzReadObject: what is accepted, encoding/json accepts too and reads the same from, no name is
// there twice at any depth, and what is written anew is read as the same.
func FuzzReadObject(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"email":"user@test.com","password":"x"}`, `{"a":"\ud83d\ude00","b":[{"c":1e5}]}`,
		`{"a":"\u0000ü","d":null}`,
		`{"a":1,"a":2}`, `{"a":"\ud800"}`, " {\"\":\"\\/\"}\r\n", `{"a":-0.0}`, `[{"a":true}]`, `"\x"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		object := decoded(t, jsonType, body)
		if object == nil || body == "" {
			return
		}
		var reference map[string]any
		if err := json.Unmarshal([]byte(body), &reference); err != nil {
			t.Fatalf("%q is accepted, but encoding/json says %v", body, err)
		}
		compare(t, object, reference)
		if decoder := json.NewDecoder(strings.NewReader(body)); twice(decoder) {
			t.Errorf("%q has a name twice", body)
		}
		texts := map[string]string{}
		for _, name := range object.Names() {
			texts[name] = object.Text(name)
		}
		anew, err := wire.Marshal(texts)
		if err != nil {
			t.Fatal(err)
		}
		checkAgain(t, object, jsonType, string(anew))
	})
}

// twice reads one value of good JSON and tells whether any object in it has two members of one
// name.
func twice(decoder *json.Decoder) bool {
	token, _ := decoder.Token()
	open, _ := token.(json.Delim)
	found, names := false, map[string]bool{}
	for open != 0 && decoder.More() {
		if open == '{' {
			name, _ := decoder.Token()
			text, _ := name.(string)
			found = found || names[text]
			names[text] = true
		}
		found = twice(decoder) || found
	}
	if open != 0 {
		_, _ = decoder.Token() // its end
	}
	return found
}

func compare(t *testing.T, object *wire.Object, reference map[string]any) {
	t.Helper()
	if object.Len() != len(reference) {
		t.Fatalf("%d members, encoding/json has %d", object.Len(), len(reference))
	}
	for name, value := range reference {
		want, isText := value.(string)
		if got := object.Text(name); isText && got != want {
			t.Errorf("member %q = %q, encoding/json has %q", name, got, want)
		}
		if n, isNumber := value.(float64); isNumber {
			if got, err := strconv.ParseFloat(object.Text(name), 64); got != n || err != nil {
				t.Errorf("member %q = %v, encoding/json has %v", name, got, n)
			}
		}
	}
}

// FuzzForm: what is accepted of a urlencoded form, net/url reads alike. It refuses semicolons,
// which are plain text here.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"email=user%40test.com&password=a+b", "a=1&a=2", "%zz", "a=%ff", "&&=&x", "a=b=c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		object := decoded(t, formType, body)
		if object == nil {
			return
		}
		anew := url.Values{}
		for _, name := range object.Names() {
			anew.Set(name, object.Text(name))
		}
		checkAgain(t, object, formType, anew.Encode())
		if !strings.Contains(body, ";") {
			compareForm(t, object, body)
		}
	})
}

func compareForm(t *testing.T, object *wire.Object, body string) {
	t.Helper()
	reference, err := url.ParseQuery(body)
	if err != nil || len(reference) != object.Len() {
		t.Fatalf("%q has %d fields, net/url says %v, %v", body, object.Len(), reference, err)
	}
	for name, texts := range reference {
		if got := object.Text(name); got != texts[0] || len(texts) != 1 {
			t.Errorf("%q: field %q = %q, net/url says %q", body, name, got, texts)
		}
	}
}

// FuzzMultipart: what is accepted of a multipart form is read as the same when it is written anew.
func FuzzMultipart(f *testing.F) {
	f.Add(multipartBody)
	f.Add("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX--")
	f.Fuzz(func(t *testing.T, body string) {
		object := decoded(t, multipartType, body)
		if object == nil || body == "" {
			return
		}
		// Line breaks in a name are written in another way than they are read.
		if !strings.ContainsAny(strings.Join(object.Names(), ""), "\r\n") {
			contentType, anew := multipartOf(t, object)
			checkAgain(t, object, contentType, anew)
		}
	})
}

func multipartOf(t *testing.T, object *wire.Object) (contentType, body string) {
	t.Helper()
	var b strings.Builder
	writer := multipart.NewWriter(&b)
	for _, name := range object.Names() {
		if name == "" {
			t.Error("a field has no name")
		}
		if err := writer.WriteField(name, object.Text(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return writer.FormDataContentType(), b.String()
}
