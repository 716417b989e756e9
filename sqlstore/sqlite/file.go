package sqlite

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// file is what the name of a database says.
type file struct {
	path        string // absolute: connections are opened at any time, the directory may change
	synchronous string
	busyTimeout time.Duration
	readers     int
}

var errMemory = errors.New("a database in memory would end with its connection: use package memstore")

// parse reads a path, or a URI with parameters.
func parse(name string) (file, error) {
	f := file{synchronous: "full", busyTimeout: 5 * time.Second, readers: max(4, runtime.NumCPU())}
	path, query := name, ""
	if strings.HasPrefix(name, "file:") {
		var err error
		if path, query, err = splitURI(name); err != nil {
			return f, err
		}
	} else if strings.Contains(name, "?") {
		return f, fmt.Errorf("%q is a path: with parameters, write file:%s", name, name)
	}
	if path == "" {
		return f, fmt.Errorf("%q names no file", name)
	}
	if strings.HasPrefix(path, ":memory:") {
		return f, fmt.Errorf("%s: %w", name, errMemory)
	}
	if err := f.configure(query); err != nil {
		return f, fmt.Errorf("%s: %w", name, err)
	}
	var err error
	f.path, err = filepath.Abs(path)
	return f, err
}

// splitURI returns the path and the parameters of a file: URI.
func splitURI(name string) (path, query string, err error) {
	u, err := url.Parse(name)
	if err != nil {
		return "", "", err
	}
	if u.Host != "" && u.Host != "localhost" || u.User != nil {
		return "", "", fmt.Errorf("%s: the file is on another host: write file:/path or file:path", name)
	}
	if u.Fragment != "" {
		return "", "", fmt.Errorf("%s: write # as %%23", name)
	}
	path, err = url.PathUnescape(u.Opaque)
	if u.Opaque == "" {
		path = u.Path
	}
	return path, u.RawQuery, err
}

// configure reads the parameters.
func (f *file) configure(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	for key, list := range values {
		if len(list) != 1 {
			return fmt.Errorf("parameter %s is given %d times", key, len(list))
		}
		if err := f.set(key, list[0]); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) set(key, value string) (err error) {
	switch key {
	case "synchronous":
		if value != "full" && value != "normal" {
			return fmt.Errorf("synchronous is full or normal, not %q", value)
		}
		f.synchronous = value
	case "busy_timeout":
		if f.busyTimeout, err = time.ParseDuration(value); err != nil || f.busyTimeout < time.Millisecond {
			return fmt.Errorf("busy_timeout is a duration of at least 1ms, not %q", value)
		}
	case "readers":
		if f.readers, err = strconv.Atoi(value); err != nil || f.readers < 1 {
			return fmt.Errorf("readers is a number of at least 1, not %q", value)
		}
	case "mode":
		if value == "memory" {
			return errMemory
		}
		fallthrough
	default:
		return fmt.Errorf("unknown parameter %s: there are synchronous, busy_timeout and readers", key)
	}
	return nil
}

// writerDSN is the driver's name for the connection that writes. Its transactions take the write
// lock at once: one that began as a reader cannot wait for it later. It is the store that waits for
// the lock: SQLite would not stop waiting when nobody wants the answer any more.
func (f *file) writerDSN() string {
	return f.dsn(0, url.Values{
		"_synchronous": {f.synchronous}, "_foreign_keys": {"on"}, "_txlock": {"immediate"},
	})
}

// readerDSN is the driver's name for connections that cannot write.
func (f *file) readerDSN() string {
	return f.dsn(f.busyTimeout, url.Values{"mode": {"ro"}, "_query_only": {"on"}, "_foreign_keys": {"on"}})
}

func (f *file) dsn(wait time.Duration, values url.Values) string {
	values.Set("_busy_timeout", strconv.FormatInt(wait.Milliseconds(), 10))
	path := filepath.ToSlash(f.path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + values.Encode()
}
