package browser_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// cors lets pages of exactly these origins send requests with cookies and read the answers. A framework's
// middleware does the same.
func cors(origins []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		w.Header().Add("Vary", "Origin")
		if slices.Contains(origins, origin) {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Allow-Credentials", "true")
			w.Header().Set("Access-Control-Expose-Headers", "X-CSRFToken")
			if r.Method == http.MethodOptions {
				w.Header().Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
				w.Header().Set("Access-Control-Allow-Headers", "Content-Type, X-CSRFToken")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// app is a page whose script logs in at a service of another origin and acts there; its title says how far
// it came.
const app = `<!DOCTYPE html><title>begun</title><body><script>
const api = new URLSearchParams(location.search).get("api")
async function send(path, body) {
	const csrf = (await fetch(api + "/auth/csrf/", {credentials: "include"})).headers.get("X-CSRFToken")
	return fetch(api + path, {method: "POST", credentials: "include",
		headers: {"Content-Type": "application/json", "X-CSRFToken": csrf}, body: JSON.stringify(body)})
}
async function run() {
	const login = await send("/auth/token/", {email: "` + annEmail + `", password: "` + annFirst + `"})
	const who = await (await fetch(api + "/auth/user/", {credentials: "include"})).json()
	const touch = await send("/touch", {})
	document.title = [login.status, who.email, touch.status].join(" ")
}
run().catch(e => { document.title = "failed: " + e })
</script>`

func TestAnAppOfAnotherOriginLogsIn(t *testing.T) {
	for _, framework := range []string{"gin", "echo"} {
		t.Run(framework, func(t *testing.T) {
			c := newChrome(t)
			l, port := listen(t)
			serve(t, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = w.Write([]byte(app))
			}))
			s := newShop(t, framework, "https://app.example.com:"+port)
			registered(s, c)
			title := func() (title string) { c.do(chromedp.Title(&title)); return title }
			c.visit("https://app.example.com:" + port + "/?api=" + s.url)
			c.until("for the app", func() bool { return title() != "begun" })
			if said := title(); said != "200 "+annEmail+" 204" {
				t.Fatalf("the app says %q", said)
			}
			touched := s.touched.Load()
			c.visit("https://other.example.com:" + port + "/?api=" + s.url) // a neighbour that is not listed
			c.until("for a failure", func() bool { return title() != "begun" })
			if s.touched.Load() != touched || title() == "200 "+annEmail+" 204" {
				t.Errorf("an origin that is not listed comes as far as %q", title())
			}
		})
	}
}
