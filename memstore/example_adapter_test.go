package memstore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	auth "github.com/authplug/authplug/core"
)

// An adapter for net/http: the same calls that ginauth and echoauth make.
func Example_netHTTP() {
	service, ann := exampleService(auth.Settings{})
	mux := http.NewServeMux()
	for _, route := range service.Routes(auth.Except("create-user")) {
		mux.HandleFunc(route.Path, func(w http.ResponseWriter, r *http.Request) {
			answer, err := route.Handle(r)
			if err != nil {
				answer = service.Answer(r, err)
			}
			answer.Write(w)
		})
	}
	require := func(guard auth.Guard, next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			admitted, err := service.Admit(r, guard)
			if err != nil {
				service.Answer(r, err).Write(w)
				return
			}
			next(w, admitted)
		}
	}
	mux.HandleFunc("GET /drafts", require(auth.HasRole("editor"), func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, "drafts of", auth.FromContext(r.Context()).User.Email)
	}))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/drafts", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))

	tokens, err := service.OpenSession(context.Background(), auth.UserKey{ID: ann.ID}, auth.Client{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest(http.MethodGet, "/drafts", nil)
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	w = httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Print(w.Code, " ", w.Body)
	// Output:
	// 401 Bearer realm="api"
	// 200 drafts of ann@example.com
}

// Errors as problem details (RFC 9457).
func Example_problemDetails() {
	settings := auth.Settings{}
	settings.OnError = func(r *http.Request, e *auth.Error) *auth.Response {
		if e.Status() == http.StatusBadRequest {
			return nil // what is wrong with the fields of a body stays in the protocol's shape
		}
		body, err := json.Marshal(map[string]any{
			"type": "https://example.com/problems/" + e.Code(), "title": e.Detail(), "instance": r.URL.Path,
		})
		if err != nil {
			return nil
		}
		return &auth.Response{Header: http.Header{"Content-Type": {"application/problem+json"}}, Body: body}
	}
	service, _ := exampleService(settings)

	r := httptest.NewRequest(http.MethodGet, "/drafts", nil)
	w := httptest.NewRecorder()
	service.Answer(r, auth.ErrForbidden).Write(w)
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Println(w.Body)
	// Output:
	// 403 application/problem+json
	// {"instance":"/drafts","title":"You do not have permission to perform this action.","type":"https://example.com/problems/permission_denied"}
}

// An endpoint of the application's own among the service's.
func Example_endpoint() {
	service, _ := exampleService(auth.Settings{})
	motto := auth.Endpoint{
		Name: "motto", Method: http.MethodGet, Path: "/motto/:language/",
		Handle: func(r *http.Request) (*auth.Response, error) {
			if r.PathValue("language") != "en" {
				return nil, auth.NewError(http.StatusNotFound, "no_such_language", "Nobody has translated it yet.")
			}
			return &auth.Response{Body: map[string]string{"motto": "Deny by default."}}, nil
		},
	}
	for _, route := range service.Routes(auth.Only("user"), auth.With(motto)) {
		fmt.Println(route.Path)
	}
	// Output:
	// /auth/user/
	// /auth/motto/:language/
}
