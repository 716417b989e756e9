package browser_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// freePorts returns the first of three ports that nobody listens on.
func freePorts(t *testing.T) int {
	t.Helper()
	for port := 21000; port < 29000; port += 3 {
		free := true
		for i := range 3 {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+i))
			if err != nil {
				free = false
				break
			}
			_ = l.Close()
		}
		if free {
			return port
		}
	}
	t.Fatal("there are no free ports")
	return 0
}

// startSSO runs the example, and returns the URLs of its services.
func startSSO(t *testing.T) (own, blog, shop string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sso")
	if out, err := exec.Command("go", "build", "-o", program, "../sso").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	port := freePorts(t)
	run := exec.Command(program, "-port", fmt.Sprint(port))
	run.Stderr = os.Stderr
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	for range 200 {
		if w, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", port+2)); err == nil {
			_ = w.Body.Close()
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	url := func(name string, n int) string { return fmt.Sprintf("http://%s.sso.localhost:%d", name, port+n) }
	return url("auth", 0), url("blog", 1), url("shop", 2)
}

func TestOneLoginForSubDomainsOfLocalhost(t *testing.T) {
	c := newChrome(t)
	own, blog, shop := startSSO(t)
	c.visit(blog + "/")
	c.shows("You are nobody.")
	c.do(chromedp.Click("#mine", chromedp.ByID))
	c.until("for the login", func() bool { return strings.HasPrefix(c.where(), own+"/auth/login/?next=") })
	c.fill("email", annEmail, "password", annFirst)
	c.press()
	c.at(blog + "/mine")
	c.shows("You are Ann")
	c.visit(shop + "/mine")
	c.at(shop + "/mine")
	c.shows("You are Ann")

	// The access cookie is gone, as when it has expired: the browser comes back without a form.
	c.do(network.DeleteCookies("access").WithDomain(".sso.localhost").WithPath("/"))
	c.until("for no cookie", func() bool { return c.cookies()["access"] == nil })
	c.visit(shop + "/mine")
	c.at(shop + "/mine")
	c.shows("You are Ann")
	if refresh := c.cookies()["refresh"]; refresh == nil || refresh.Domain != "auth.sso.localhost" {
		t.Errorf("the refresh cookie is stored as %+v", refresh)
	}

	c.do(chromedp.Click(`a[href*="/auth/logout/"]`, chromedp.ByQuery))
	c.press()
	c.at(shop + "/")
	c.shows("You are nobody.")
	c.visit(blog + "/mine")
	c.until("for the login", func() bool { return strings.HasPrefix(c.where(), own+"/auth/login/?next=") })
}
