package process

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

// server is a database server of our own, which nobody misses while it is killed.
type server struct {
	driver, dsn string // of its first database
	store       string // as STORE names it
	account     string // that it runs as where we are root, since it refuses to be
	install     []string
	command     []string

	dir string
	cmd *exec.Cmd
}

// serverPatience is how long a server may take to answer, what it repairs after a kill included.
const serverPatience = 60 * time.Second

// ownServer makes a database on a server of its own. To cut the connections to it is to kill the server.
func ownServer(ctx context.Context, describe func(ctx context.Context, dir, port string) (*server, error)) (*Database, error) {
	dir, err := os.MkdirTemp("", "authplug")
	if err != nil {
		return nil, err
	}
	s, err := newServer(ctx, dir, describe)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	d := &Database{
		Store: s.store,
		Drop:  func(ctx context.Context) error { return errors.Join(s.kill(ctx), os.RemoveAll(dir)) },
		Cut:   func(ctx context.Context) error { return errors.Join(s.kill(ctx), s.start(ctx)) },
		// It would not have started again otherwise.
		Intact: func(context.Context) error { return nil },
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, d.Drop(ctx))
	}
	return d, nil
}

func newServer(ctx context.Context, dir string, describe func(ctx context.Context, dir, port string) (*server, error)) (*server, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	s, err := describe(ctx, dir, port)
	if err != nil {
		return nil, err
	}
	s.dir = dir
	cmd, err := s.as(exec.CommandContext(ctx, s.install[0], s.install[1:]...)) //nolint:gosec // Nothing of it comes from outside.
	if err != nil {
		return nil, err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", s.install[0], err, out)
	}
	return s, nil
}

// ownPostgres describes a PostgreSQL with its defaults.
func ownPostgres(ctx context.Context, dir, port string) (*server, error) {
	out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output()
	if err != nil {
		return nil, fmt.Errorf("pg_config: %w: is PostgreSQL's server installed?", err)
	}
	bin, data := strings.TrimSpace(string(out)), filepath.Join(dir, "data")
	name := "postgres://postgres@127.0.0.1:" + port + "/postgres"
	return &server{
		driver: "pgx", dsn: name, store: name, account: "postgres",
		install: []string{filepath.Join(bin, "initdb"), "--pgdata=" + data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"},
		command: []string{filepath.Join(bin, "postgres"), "-D", data, "-p", port, "-k", dir},
	}, nil
}

// ownMariaDB describes a MariaDB with its defaults.
func ownMariaDB(_ context.Context, dir, port string) (*server, error) {
	if err := mysql.SetLogger(&mysql.NopLogger{}); err != nil { // that it does not answer yet is no news
		return nil, err
	}
	data := "--datadir=" + filepath.Join(dir, "data")
	return &server{
		driver: "mysql", dsn: "root@tcp(127.0.0.1:" + port + ")/test", store: "mysql://root@127.0.0.1:" + port + "/test", account: "mysql",
		install: []string{"mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal"},
		command: []string{"mariadbd", "--no-defaults", data, "--port=" + port, "--bind-address=127.0.0.1", "--socket=" + filepath.Join(dir, "socket")},
	}, nil
}

// as lets a command run as the account, to which the directory belongs then.
func (s *server) as(cmd *exec.Cmd) (*exec.Cmd, error) {
	cmd.Dir = s.dir
	if os.Getuid() != 0 {
		return cmd, nil
	}
	account, err := user.Lookup(s.account)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return cmd, os.Chown(s.dir, int(uid), int(gid))
}

// start starts it and waits until it answers. Processes of one that was killed may be in its way for a
// moment, at which it gives up.
func (s *server) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, serverPatience)
	defer cancel()
	for {
		cmd, err := s.as(exec.Command(s.command[0], s.command[1:]...)) //nolint:gosec,noctx // As above; it outlives the context.
		if err != nil {
			return err
		}
		if err := cmd.Start(); err != nil {
			return err
		}
		s.cmd = cmd
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		if err := s.await(ctx, ended); err == nil || ctx.Err() != nil {
			return err
		}
	}
}

// await returns when the server answers, or has ended.
func (s *server) await(ctx context.Context, ended <-chan error) error {
	db, err := sql.Open(s.driver, s.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for db.PingContext(ctx) != nil {
		select {
		case <-tick.C:
		case err := <-ended:
			return fmt.Errorf("%s ended: %w", s.command[0], err)
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.command[0], ctx.Err())
		}
	}
	return nil
}

// kill ends it and its processes without a word.
func (s *server) kill(ctx context.Context) error {
	if s.cmd == nil {
		return nil
	}
	children, _ := exec.CommandContext(ctx, "pgrep", "-P", strconv.Itoa(s.cmd.Process.Pid)).Output() //nolint:gosec // A number.
	err := s.cmd.Process.Kill()
	for pid := range strings.FieldsSeq(string(children)) {
		if n, err := strconv.Atoi(pid); err == nil {
			_ = syscall.Kill(n, syscall.SIGKILL) // it may have ended by itself
		}
	}
	return err
}
