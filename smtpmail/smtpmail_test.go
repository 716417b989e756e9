package smtpmail_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/smtpmail"
)

// server is an SMTP server without TLS that keeps what it gets.
type server struct {
	net.Listener

	mu       sync.Mutex
	received []string
	commands []string
	refuse   string // the command that is refused
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &server{Listener: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReader(c)
	say := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		s.mu.Lock()
		s.commands = append(s.commands, line)
		refused := s.refuse == verb
		s.mu.Unlock()
		switch {
		case refused:
			say("550 no")
		case verb == "EHLO":
			say("250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME")
		case verb == "AUTH":
			say("235 ok")
		case verb == "DATA":
			say("354 go on")
			s.read(r)
			say("250 ok")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *server) read(r *bufio.Reader) {
	var text strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = append(s.received, text.String())
}

func mailer(t *testing.T, url string) *smtpmail.Mailer {
	t.Helper()
	m, err := smtpmail.New(smtpmail.Settings{URL: auth.Secret(url), From: "Shop <noreply@example.com>"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMailArrivesAsItIs(t *testing.T) {
	s := newServer(t)
	want := auth.Mail{
		To: "ann@example.com", Subject: "Grüße\r\nBcc: eve@example.com",
		Text: "Hello,\n.a line that begins with a dot\nhttps://auth.example.com/auth/password-reset/1/" + strings.Repeat("x", 90) + "/\n",
	}
	if err := mailer(t, "smtp://"+s.Addr().String()).Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.received) != 1 {
		t.Fatalf("%d mails", len(s.received))
	}
	m, err := mail.ReadMessage(strings.NewReader(s.received[0]))
	if err != nil {
		t.Fatal(err)
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if got := strings.ReplaceAll(string(text), "\r\n", "\n"); err != nil || strings.TrimRight(got, "\n") != strings.TrimRight(want.Text, "\n") {
		t.Errorf("text %q, %v", got, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "Grüße") || m.Header.Get("Bcc") != "" || m.Header.Get("To") != "<ann@example.com>" {
		t.Errorf("%v", m.Header)
	}
	var recipients int
	for _, command := range s.commands {
		if strings.HasPrefix(command, "RCPT") {
			recipients++
		}
	}
	if recipients != 1 || m.Header.Get("Message-Id") == "" || m.Header.Get("Date") == "" {
		t.Errorf("%q, %v", s.commands, m.Header)
	}
}

func TestAFailureIsTold(t *testing.T) {
	s := newServer(t)
	s.refuse = "RCPT"
	m := mailer(t, "smtp://"+s.Addr().String())
	if err := m.Send(t.Context(), auth.Mail{To: "ann@example.com", Text: "x"}); err == nil {
		t.Error("a refused recipient is no error")
	}
	if err := m.Send(t.Context(), auth.Mail{To: "ann@example.com\r\nRCPT TO:<eve@example.com>", Text: "x"}); err == nil {
		t.Error("an odd recipient is no error")
	}
	_ = s.Close()
	if err := m.Send(t.Context(), auth.Mail{To: "ann@example.com", Text: "x"}); err == nil {
		t.Error("no server is no error")
	}
}

func TestAServerThatHangsIsLeft(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- mailer(t, "smtp://"+l.Addr().String()).Send(ctx, auth.Mail{To: "ann@example.com", Text: "x"})
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("it was sent")
		}
	case <-time.After(5 * time.Second):
		t.Error("it hangs")
	}
}

func TestNewReportsWhatIsWrong(t *testing.T) {
	for _, c := range []smtpmail.Settings{
		{URL: "", From: "a@example.com"},
		{URL: "http://host", From: "a@example.com"},
		{URL: "smtp://", From: "a@example.com"},
		{URL: "smtp://host:0", From: "a@example.com"},
		{URL: "smtp://host/path", From: "a@example.com"},
		{URL: "smtps://host"},
		{URL: "smtps://host", From: "a\r\nb@example.com"},
	} {
		if _, err := smtpmail.New(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
	_, err := smtpmail.New(smtpmail.Settings{URL: "smtps://ann:hunter2@host:x", From: "x"})
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "Settings.URL") || !strings.Contains(err.Error(), "Settings.From") {
		t.Errorf("%v", err)
	}
}

// A server on another host must speak TLS: a password must not go out in the clear.
func TestTLSIsRequired(t *testing.T) {
	s := newServer(t)
	_, port, _ := net.SplitHostPort(s.Addr().String())
	name := "localhost.example" // resolves nowhere; the policy is what is looked at
	err := mailer(t, "smtp://ann:secret@"+net.JoinHostPort(name, port)).Send(t.Context(), auth.Mail{To: "ann@example.com", Text: "x"})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}
