package remote

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// question is asked together: it begins, and ends when it is told to or when nobody waits.
type slowQuestion struct {
	begun, answer chan struct{}
	ended         chan error
}

func newSlowQuestion() slowQuestion {
	return slowQuestion{make(chan struct{}, 9), make(chan struct{}), make(chan error, 9)}
}

func (q slowQuestion) ask(ctx context.Context) (string, error) {
	q.begun <- struct{}{}
	select {
	case <-q.answer:
		return "answer", nil
	case <-ctx.Done():
		q.ended <- ctx.Err()
		return "", ctx.Err()
	}
}

func TestAQuestionEndsWithTheLastWhoWaitsForIt(t *testing.T) {
	var g flights[string]
	q := newSlowQuestion()
	first, leaveFirst := context.WithCancel(t.Context())
	second, leaveSecond := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for _, ctx := range []context.Context{first, second} {
		wait.Go(func() {
			if _, err := g.together(ctx, "a", q.ask); !errors.Is(err, ErrUnavailable) {
				t.Errorf("together() = %v", err)
			}
		})
	}
	<-q.begun
	for g.waiting("a") < 2 {
	}
	leaveFirst()
	for g.waiting("a") > 1 {
	}
	if len(q.ended) > 0 {
		t.Fatal("it ended although somebody waits")
	}
	leaveSecond()
	if err := <-q.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	wait.Wait()
	if n := len(q.begun); n != 0 {
		t.Errorf("it was asked %d times more", n)
	}
}

func TestWhoComesAfterTheLastAsksAnew(t *testing.T) {
	var g flights[string]
	stuck := make(chan struct{})
	ctx, leave := context.WithCancel(t.Context())
	begun := make(chan struct{})
	gone, old := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		f := g.join(ctx, "a", func(context.Context) (string, error) {
			close(begun)
			<-stuck // deaf to its context
			return "old", nil
		})
		<-ctx.Done()
		g.leave("a", f)
		go func() {
			<-f.done
			close(old)
		}()
	}()
	<-begun
	leave()
	<-gone
	answer, err := g.together(t.Context(), "a", func(context.Context) (string, error) { return "new", nil })
	if answer != "new" || err != nil {
		t.Errorf("together() = %q, %v", answer, err)
	}
	if n := g.waiting("a"); n != 0 {
		t.Errorf("%d wait for the old one", n)
	}
	successor := newSlowQuestion()
	var wait sync.WaitGroup
	wait.Go(func() { _, _ = g.together(t.Context(), "a", successor.ask) })
	<-successor.begun
	close(stuck)
	<-old
	if n := g.waiting("a"); n != 1 {
		t.Errorf("the old one has taken its successor along: %d wait", n)
	}
	close(successor.answer)
	wait.Wait()
}

func TestAGlanceLeavesTheQuestionOnItsWay(t *testing.T) {
	var g flights[string]
	q := newSlowQuestion()
	for range 2 {
		if _, err := g.glance(t.Context(), "a", time.Nanosecond, q.ask); !errors.Is(err, ErrUnavailable) {
			t.Errorf("glance() = %v", err)
		}
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := g.glance(gone, "a", time.Hour, q.ask); !errors.Is(err, ErrUnavailable) {
		t.Errorf("glance() of who hangs up = %v", err)
	}
	<-q.begun
	close(q.answer)
	answer, err := g.glance(t.Context(), "a", time.Hour, func(context.Context) (string, error) { return "answer", nil })
	if answer != "answer" || err != nil || len(q.begun) != 0 || len(q.ended) != 0 {
		t.Errorf("glance() = %q, %v; asked %d times more, ended early %d times", answer, err, len(q.begun), len(q.ended))
	}
}

func TestAPanicOfAQuestionIsAnOutage(t *testing.T) {
	var g flights[string]
	for range 2 {
		if _, err := g.together(t.Context(), "a", func(context.Context) (string, error) { panic("oops") }); err == nil {
			t.Error("no error")
		}
	}
}

func (g *flights[T]) waiting(key string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f := g.air[key]; f != nil {
		return f.waiting
	}
	return 0
}
