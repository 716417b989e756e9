package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// person is a browser that finds the names on this machine.
type person struct {
	*http.Client

	t *testing.T
}

func start(t *testing.T) (*sites, *person) {
	t.Helper()
	listeners := make([]net.Listener, 3)
	for i := range listeners {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		listeners[i] = l
	}
	s, err := newSites(listeners)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.serve(listeners) }()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return s, &person{&http.Client{Jar: jar, Transport: transport}, t}
}

// visit goes to a page and follows where it leads.
func (p *person) visit(at string) (where, text string) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, at, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(r)
}

func (p *person) send(r *http.Request) (where, text string) {
	p.t.Helper()
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	w, err := p.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return w.Request.URL.String(), string(body)
}

var hidden = regexp.MustCompile(`name="(csrfmiddlewaretoken|next)" value="([^"]*)"`)

// submit sends the form of a page.
func (p *person) submit(at, page string, values url.Values) (where, text string) {
	p.t.Helper()
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		values.Set(m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
	}
	r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(values.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.send(r)
}

func TestOneLoginForAll(t *testing.T) {
	s, p := start(t)
	if _, text := p.visit(s.blog); !strings.Contains(text, "You are nobody.") {
		t.Fatal(text)
	}
	where, form := p.visit(s.blog + "/mine")
	if !strings.HasPrefix(where, s.auth+"/auth/login/?next=") {
		t.Fatal(where)
	}
	where, text := p.submit(s.auth+"/auth/login/", form, url.Values{"email": {annEmail}, "password": {annPassword}})
	if where != s.blog+"/mine" || !strings.Contains(text, "You are Ann ann@example.com.") {
		t.Fatalf("%s\n%s", where, text)
	}
	if where, text := p.visit(s.shop + "/mine"); where != s.shop+"/mine" || !strings.Contains(text, "You are Ann") {
		t.Fatalf("%s\n%s", where, text)
	}
	_, form = p.visit(s.auth + "/auth/logout/?next=" + url.QueryEscape(s.shop+"/"))
	if where, text := p.submit(s.auth+"/auth/logout/", form, url.Values{}); where != s.shop+"/" || !strings.Contains(text, "You are nobody.") {
		t.Fatalf("%s\n%s", where, text)
	}
	if where, _ := p.visit(s.blog + "/mine"); !strings.HasPrefix(where, s.auth+"/auth/login/") {
		t.Fatal(where)
	}
}

func TestTheAccessCookieComesBackByTheRefreshCookie(t *testing.T) {
	s, p := start(t)
	_, form := p.visit(s.blog + "/mine")
	p.submit(s.auth+"/auth/login/", form, url.Values{"email": {annEmail}, "password": {annPassword}})
	at, err := url.Parse(s.blog)
	if err != nil {
		t.Fatal(err)
	}
	p.Jar.SetCookies(at, []*http.Cookie{{Name: "access", Domain: domain, Path: "/", MaxAge: -1}})
	for _, c := range p.Jar.Cookies(at) {
		if c.Name == "access" || c.Name == "refresh" {
			t.Errorf("the blog gets %s", c.Name)
		}
	}
	if where, text := p.visit(s.blog + "/mine"); where != s.blog+"/mine" || !strings.Contains(text, "You are Ann") {
		t.Errorf("%s\n%s", where, text)
	}
}
