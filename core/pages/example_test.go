package pages_test

import (
	"fmt"
	"testing/fstest"

	"github.com/authplug/authplug/core/pages"
)

func ExampleNew() {
	p, err := pages.New(pages.Settings{Name: "Shop"})
	fmt.Println(p != nil, err)

	_, err = pages.New(pages.Settings{Templates: fstest.MapFS{"login.html": {Data: []byte(`{{define "content"}}{{if}}`)}}})
	fmt.Println(err)
	// Output:
	// true <nil>
	// pages: Settings.Templates: login.html: template: login.html:1: missing value for if
}
