package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// servers are what the program is with one of these arguments: a server in a process of its own, on
// one core, so that the load's work is not counted and does not slow it.
var servers = map[string]func() error{serveArg: serve, decideArg: decide}

// asServer serves and returns true if the program was started for that.
func asServer() bool {
	if len(os.Args) != 2 || servers[os.Args[1]] == nil {
		return false
	}
	exitOn(servers[os.Args[1]]())
	return true
}

// serveUntilEOF tells its address and something else, and answers until its input ends.
func serveUntilEOF(handler http.Handler, tell string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // It lives as long as the process.
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr(), tell)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, server.Close())
}

// child is a server that was started.
type child struct {
	server  *exec.Cmd
	input   io.Closer
	address string
	told    string
}

func startChild(arg string) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{server: exec.Command(program, arg)} //nolint:gosec,noctx // It is this program, and ends with its input.
	c.server.Env = append(os.Environ(), "GOMAXPROCS=1")
	c.server.Stderr = os.Stderr
	if c.input, err = c.server.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := c.server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.server.Start(); err != nil {
		return nil, err
	}
	if _, err := fmt.Fscanln(output, &c.address, &c.told); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *child) stop() error { return errors.Join(c.input.Close(), c.server.Wait()) }
