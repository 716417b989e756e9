package main

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// serveArg makes the program the server of goal 5.
const serveArg = "serve"

// The paths of the server: the three applications, and how much CPU time the process has used.
const (
	plainPath = "/plain"
	oursPath  = "/ours"
	peerPath  = "/peer"
	cpuPath   = "/cpu"
)

// serve is that server.
func serve() error {
	_, s, err := subjects()
	if err != nil {
		return err
	}
	built, err := ginApps(s)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for path, app := range map[string]http.Handler{plainPath: built.plain, oursPath: built.ours, peerPath: built.peer} {
		mux.Handle(path+"/", http.StripPrefix(path, app))
	}
	mux.HandleFunc(cpuPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cpu", fmt.Sprint(int64(cpuTime())))
	})
	return serveUntilEOF(mux, s.access)
}

// onTheWire is goal 5: requests over loopback in a second, to a server on one core.
func onTheWire(e effort) (rows []row, err error) {
	server, err := startChild(serveArg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	load := load{server.address, server.told}
	paths := []string{plainPath, oursPath, peerPath}
	best := map[string]times{plainPath: never, oursPath: never, peerPath: never}
	for range e.rounds {
		for _, path := range paths {
			spent, err := load.round(path, e.wire)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			best[path] = times{min(best[path].wall, spent.wall), min(best[path].cpu, spent.cpu)}
		}
	}
	plain, ours, peer := best[plainPath], best[oursPath], best[peerPath]
	return []row{{5, "requests on the wire, Gin + guard against plain Gin; peer gin-jwt/v2", []figure{
		{format: "%.2f× plain", ours: plain.wall / ours.wall, peer: plain.wall / peer.wall, goal: 0.88},
		{format: "%.2f× in CPU time of the server", ours: plain.cpu / ours.cpu, peer: plain.cpu / peer.cpu, goal: none},
	}}}, nil
}

// times are nanoseconds for one request: of the wall, and of the server's CPU.
type times struct{ wall, cpu float64 }

var never = times{math.Inf(1), math.Inf(1)}

// load sends requests to a server.
type load struct{ address, token string }

// round returns what one of n requests takes.
func (l load) round(path string, n int) (times, error) {
	const clients = 16
	each := max(1, n/clients)
	before, err := l.cpu()
	if err != nil {
		return times{}, err
	}
	start := wallTime()
	errs := make([]error, clients)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() { errs[i] = l.requests(path+"/", each, nil) })
	}
	wg.Wait()
	wall := float64(wallTime() - start)
	after, err := l.cpu()
	all := float64(clients * each)
	return times{wall / all, (after - before) / all}, errors.Join(append(errs, err)...)
}

func (l load) cpu() (nanos float64, err error) {
	parse := func(line string) {
		if value, ok := strings.CutPrefix(line, "Cpu: "); ok {
			nanos, err = strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return nanos, errors.Join(l.requests(cpuPath, 1, parse), err)
}

// requests sends n requests over one connection, each after the answer to the one before.
func (l load) requests(path string, n int, header func(line string)) error {
	conn, err := net.Dial("tcp", l.address) //nolint:noctx // It is on this machine.
	if err != nil {
		return err
	}
	defer conn.Close()
	message := []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + l.token + "\r\n\r\n")
	answers := bufio.NewReader(conn)
	for range n {
		if _, err := conn.Write(message); err != nil {
			return err
		}
		if err := readAnswer(answers, header); err != nil {
			return err
		}
	}
	return nil
}

// readAnswer reads an answer that has no body.
func readAnswer(r *bufio.Reader, header func(line string)) error {
	status, err := r.ReadString('\n')
	if err != nil || !strings.HasPrefix(status, "HTTP/1.1 200 ") {
		return fmt.Errorf("answered %q: %w", status, err)
	}
	for {
		line, err := r.ReadSlice('\n')
		if err != nil || len(line) <= len("\r\n") {
			return err
		}
		if header != nil {
			header(string(line))
		}
	}
}
