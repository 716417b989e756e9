// Package browser_test looks at the pages and cookies with a real browser. It runs where it is asked to, by
// AUTHPLUG_BROWSER=1, and needs Chromium.
package browser_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take.
const patience = 30 * time.Second

// chrome is a browser of its own for one test.
type chrome struct {
	t   *testing.T
	ctx context.Context
}

// newChrome starts a browser to which every name is this machine, and every certificate good.
func newChrome(t *testing.T) *chrome {
	t.Helper()
	if os.Getenv("AUTHPLUG_BROWSER") == "" {
		t.Skip("browser tests run with AUTHPLUG_BROWSER=1 alone")
	}
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("there is no chromium: install Debian's package")
	}
	folder, err := os.MkdirTemp("", "browser") //nolint:usetesting // which wants that nobody writes there any more
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.Flag("ignore-certificate-errors", true),
		chromedp.Flag("host-resolver-rules", "MAP * 127.0.0.1"), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.UserDataDir(folder), chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Run(ctx); err != nil { // which starts the browser, for as long as this context lives
		t.Fatal(err)
	}
	return &chrome{t, ctx}
}

// do takes steps, all of which must end soon.
func (c *chrome) do(actions ...chromedp.Action) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var where, text string
		seen, cancel := context.WithTimeout(c.ctx, patience)
		defer cancel()
		_ = chromedp.Run(seen, chromedp.Location(&where), chromedp.Evaluate(`document.body.innerText`, &text))
		c.t.Fatalf("%v, at %s:\n%s", err, where, text)
	}
}

// visit goes to a page.
func (c *chrome) visit(url string) { c.t.Helper(); c.do(chromedp.Navigate(url)) }

// at waits until the browser is at a page.
func (c *chrome) at(url string) {
	c.t.Helper()
	c.until("to be at "+url, func() bool { return c.where() == url })
}

func (c *chrome) until(what string, done func() bool) {
	c.t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("waited %s, at %s:\n%s", what, c.where(), c.text())
		}
	}
}

func (c *chrome) where() (url string) {
	c.t.Helper()
	c.do(chromedp.Location(&url))
	return url
}

func (c *chrome) text() string {
	c.t.Helper()
	return c.script(`document.body ? document.body.innerText : ""`)
}

// script returns what a script of the page gives, a text.
func (c *chrome) script(text string) (result string) {
	c.t.Helper()
	c.do(chromedp.Evaluate(text, &result))
	return result
}

// shows waits until the page has a text.
func (c *chrome) shows(text string) {
	c.t.Helper()
	c.until("for "+text, func() bool { return strings.Contains(c.text(), text) })
}

// fill types into fields: names and texts in turn.
func (c *chrome) fill(pairs ...string) {
	c.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		field := `input[name="` + pairs[i] + `"]`
		c.do(chromedp.WaitVisible(field, chromedp.ByQuery), chromedp.Clear(field, chromedp.ByQuery), chromedp.SendKeys(field, pairs[i+1], chromedp.ByQuery))
	}
}

// press clicks the first button of the page.
func (c *chrome) press() { c.t.Helper(); c.do(chromedp.Click("main form button", chromedp.ByQuery)) }

// cookies returns the cookies that the browser has, by name.
func (c *chrome) cookies() map[string]*network.Cookie {
	c.t.Helper()
	var all []*network.Cookie
	c.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		all, err = storage.GetCookies().Do(ctx)
		return err
	}))
	byName := map[string]*network.Cookie{}
	for _, cookie := range all {
		byName[cookie.Name] = cookie
	}
	return byName
}

// pictures saves the page as it looks on a phone and a desktop, by day and by night, where it is asked for.
func (c *chrome) pictures(name string) {
	c.t.Helper()
	for size, width := range map[string]int64{"phone": 360, "desktop": 1280} {
		for _, scheme := range []string{"light", "dark"} {
			var picture []byte
			var wider bool
			c.do(
				chromedp.EmulateViewport(width, 800),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
				chromedp.Evaluate(`document.documentElement.scrollWidth > window.innerWidth`, &wider),
				chromedp.CaptureScreenshot(&picture),
			)
			if wider {
				c.t.Errorf("%s is wider than a %s", name, size)
			}
			if folder := os.Getenv("AUTHPLUG_PICTURES"); folder != "" {
				if err := os.WriteFile(filepath.Join(folder, name+"-"+size+"-"+scheme+".png"), picture, 0o600); err != nil {
					c.t.Fatal(err)
				}
			}
		}
	}
}

// listen returns a listener of its own, and its port.
func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return l, port
}
