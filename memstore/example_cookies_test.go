package memstore_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/memstore"
)

// answerOf asks an endpoint of a service without a framework.
func answerOf(service *auth.Service, name string, r *http.Request) *auth.Response {
	p, err := service.Routes(auth.Only(name))[0].Handle(r)
	if err != nil {
		return service.Answer(r, err)
	}
	return p
}

func ExampleCookieSettings() {
	store, key := memstore.New(), auth.Secret(ownKey)
	service, err := auth.New(auth.Settings{
		Signing:   auth.Signing{Key: key},
		PublicURL: "https://auth.example.com",
		Cookies:   auth.CookieSettings{Mode: auth.CookiesOne},
	}, auth.In(store))
	if err != nil {
		panic(err)
	}

	p := answerOf(service, "csrf", httptest.NewRequest(http.MethodGet, "/auth/csrf/", nil))
	var names []string
	for _, c := range p.Cookies {
		names = append(names, c.Name)
	}
	fmt.Println(p.Status, slices.Sorted(slices.Values(names)))

	evil := httptest.NewRequest(http.MethodPost, "/auth/token/", nil)
	evil.Header.Set("Origin", "https://evil.example")
	fmt.Println(answerOf(service, "token", evil).Status)
	// Output:
	// 200 [__Host-csrf __Host-visitor]
	// 403
}

func ExampleService_RedirectTarget() {
	service, _ := exampleService(auth.Settings{PublicURL: "https://auth.example.com", Browser: auth.BrowserSettings{RedirectHosts: []string{"blog.example.com"}}})
	for _, next := range []string{"/orders", "https://blog.example.com/x", "//evil.example", "/auth/login/"} {
		target, ok := service.RedirectTarget(next)
		fmt.Printf("%q %t\n", target, ok)
	}
	// Output:
	// "/orders" true
	// "https://blog.example.com/x" true
	// "" false
	// "" false
}
