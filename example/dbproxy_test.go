package example_test

import (
	"context"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// mood is what a proxy does to what passes it.
type mood int

const (
	passes  mood = iota // everything
	refuses             // lets nobody in, and throws out who is inside
	hangs               // accepts everything and answers nothing
	resets              // lets one in and throws it out at its next word
)

// dbProxy stands between a service and its database.
type dbProxy struct {
	t      *testing.T
	target string
	addr   string

	mu       sync.Mutex
	now      mood
	listener net.Listener
	inside   map[net.Conn]bool // both ends
	changed  chan struct{}     // closed with the mood
	most     int               // connections of the service at one time
}

// proxyTo starts a proxy before the server in a URL, and returns it with the URL through it.
func proxyTo(t *testing.T, database string) (*dbProxy, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	p := &dbProxy{t: t, target: u.Host, addr: freeAddr(t), inside: map[net.Conn]bool{}, changed: make(chan struct{})}
	p.listen()
	t.Cleanup(func() { p.become(refuses) })
	u.Host = p.addr
	return p, u.String()
}

func (p *dbProxy) listen() {
	listener, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(p.t.Context()), "tcp", p.addr)
	if err != nil {
		p.t.Error(err)
		return
	}
	p.listener = listener
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
}

// become changes the mood, for those inside too.
func (p *dbProxy) become(m mood) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.now
	p.now = m
	close(p.changed)
	p.changed = make(chan struct{})
	if m == refuses {
		_ = p.listener.Close()
		for conn := range p.inside {
			_ = conn.Close()
		}
	}
	if before == refuses && m != refuses {
		p.listen()
	}
}

func (p *dbProxy) mood() (mood, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now, p.changed
}

// connections returns how many the service had at most since it was asked last.
func (p *dbProxy) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	most := p.most
	p.most = len(p.inside) / 2
	return most
}

func (p *dbProxy) serve(conn net.Conn) {
	server, err := (&net.Dialer{Timeout: time.Second}).Dial("tcp", p.target)
	if err != nil {
		_ = conn.Close()
		return
	}
	p.mu.Lock()
	p.inside[conn], p.inside[server] = true, true
	p.most = max(p.most, len(p.inside)/2)
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.carry(server, conn) })
	both.Go(func() { p.carry(conn, server) })
	both.Wait()
	p.mu.Lock()
	delete(p.inside, conn)
	delete(p.inside, server)
	p.mu.Unlock()
}

// carry moves what comes from one end to the other, as the mood is.
func (p *dbProxy) carry(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil && n == 0 {
			return
		}
		now, changed := p.mood()
		for now == hangs {
			<-changed
			now, changed = p.mood()
		}
		if now == resets {
			if tcp, ok := from.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // close it with a reset
			}
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
