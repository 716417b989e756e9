package wire

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// parseForm reads application/x-www-form-urlencoded. It does not use url.ParseQuery, which goes on
// after errors.
func parseForm(body string) (*Object, error) {
	object := &Object{}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		name, errName := url.QueryUnescape(name)
		text, errText := url.QueryUnescape(text)
		if errName != nil || errText != nil {
			return nil, malformed(TextFormError, reasonPercent)
		}
		if why := object.addText(name, text); why != "" {
			return nil, malformed(TextFormError, why)
		}
	}
	return object, nil
}

// parseMultipart reads the text fields of multipart/form-data. Files are skipped.
func parseMultipart(body, boundary string) (*Object, error) {
	if boundary == "" {
		return nil, malformed(TextMultipartError, reasonBoundary)
	}
	object := &Object{}
	reader := multipart.NewReader(strings.NewReader(body), boundary)
	for range maxMembers + 1 {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return object, nil
		}
		if err != nil {
			return nil, malformed(TextMultipartError, reasonPart)
		}
		if why := object.addPart(part); why != "" {
			return nil, malformed(TextMultipartError, why)
		}
	}
	return nil, malformed(TextMultipartError, reasonTooMany)
}

func (o *Object) addPart(part *multipart.Part) reason {
	text, err := io.ReadAll(part)
	if err != nil || part.FormName() == "" {
		return reasonPart
	}
	if part.FileName() != "" {
		return ""
	}
	return o.addText(part.FormName(), string(text))
}

func (o *Object) addText(name, text string) reason {
	if !utf8.ValidString(name) || !utf8.ValidString(text) {
		return reasonUTF8
	}
	return o.add(value{name: name, kind: kindString, text: text})
}

func malformed(format string, why reason) error {
	return &Error{Status: http.StatusBadRequest, Detail: fmt.Sprintf(format, why)}
}
