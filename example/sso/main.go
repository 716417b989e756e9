// Program sso shows one login for three services on sub-domains: auth.sso.localhost, which has the
// passwords and the pages to log in, and blog.sso.localhost and shop.sso.localhost, which read the access
// token in the common cookie and ask nobody. The blog runs on Gin, the shop on Echo.
//
// Browsers find names below localhost on this machine. Over plain http, as here, it is for a look only.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

// domain is what the services have in common: the access cookie goes to all hosts below it.
const domain = "sso.localhost"

func main() {
	port := flag.Int("port", 8000, "of the auth-service; the two that follow are the others'")
	flag.Parse()
	listeners := make([]net.Listener, 3)
	for i := range listeners {
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", *port+i))
		if err != nil {
			log.Fatal(err)
		}
		listeners[i] = l
	}
	s, err := newSites(listeners)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("open %s, and log in as %s with %q", s.blog, annEmail, annPassword)
	log.Fatal(s.serve(listeners))
}

// sites are the three services by their addresses.
type sites struct {
	auth, blog, shop string
	handlers         []http.Handler
}

// newSites makes the services for three listeners.
func newSites(listeners []net.Listener) (*sites, error) {
	s := &sites{}
	for i, name := range []string{"auth", "blog", "shop"} {
		_, port, err := net.SplitHostPort(listeners[i].Addr().String())
		if err != nil {
			return nil, err
		}
		*[]*string{&s.auth, &s.blog, &s.shop}[i] = "http://" + name + "." + domain + ":" + port
	}
	own, err := newAuth(s)
	if err != nil {
		return nil, err
	}
	blog, err := newSite("Blog", s.blog, s, "http://"+listeners[0].Addr().String())
	if err != nil {
		return nil, err
	}
	shop, err := newSite("Shop", s.shop, s, "http://"+listeners[0].Addr().String())
	if err != nil {
		return nil, err
	}
	s.handlers = []http.Handler{own, blog.gin(), shop.echo()}
	return s, nil
}

// serve serves all, until one fails.
func (s *sites) serve(listeners []net.Listener) error {
	failed := make(chan error, len(listeners))
	for i, l := range listeners {
		server := &http.Server{Handler: s.handlers[i], ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second}
		go func() { failed <- server.Serve(l) }()
	}
	return <-failed
}
