package wire_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/authplug/authplug/core/internal/wire"
)

// What is accepted of a urlencoded form, net/url reads alike. It refuses semicolons, which are
// plain text here.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"email=user%40test.com&password=a+b", "a=1&a=2", "%zz", "a=%ff", "&&=&x", "a=b=c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		object, err := wire.ReadObject(post("application/x-www-form-urlencoded", body))
		if err != nil || strings.Contains(body, ";") {
			return
		}
		reference, err := url.ParseQuery(body)
		if err != nil || len(reference) != object.Len() {
			t.Fatalf("%q has %d fields, net/url says %v, %v", body, object.Len(), reference, err)
		}
		for name, texts := range reference {
			if got := object.Text(name); got != texts[0] || len(texts) != 1 {
				t.Errorf("%q: field %q = %q, net/url says %q", body, name, got, texts)
			}
		}
	})
}

func FuzzMultipart(f *testing.F) {
	f.Add(multipartBody)
	f.Add("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX--")
	f.Fuzz(func(t *testing.T, body string) {
		object, err := wire.ReadObject(post("multipart/form-data; boundary=XX", body))
		if (object == nil) != (err != nil) {
			t.Errorf("%q: %v and %v", body, object, err)
		}
	})
}
