package auth

import (
	"context"
	"errors"
	"sync"
)

// maxTasks bounds what is done behind answers at a time.
const maxTasks = 64

// tasks are what a service does behind an answer, so that the time of the answer tells nothing.
type tasks struct {
	slots chan struct{}
	all   sync.WaitGroup
}

func newTasks() *tasks { return &tasks{slots: make(chan struct{}, maxTasks)} }

// behind does something after the request, durably. It returns [ErrUnavailable] if there is too much to
// do already: nothing that was accepted is dropped.
func (s *Service) behind(ctx context.Context, do func(context.Context) error) error {
	select {
	case s.tasks.slots <- struct{}{}:
	default:
		return unavailable(errors.New("auth: too much is to be done behind answers"))
	}
	ctx, cancel := durable(ctx)
	s.tasks.all.Go(func() {
		defer func() { <-s.tasks.slots }()
		defer cancel()
		if err := calmly(ctx, do); err != nil {
			s.Emit(ctx, Event{Kind: EventFailure, Reason: "mail", Err: err})
		}
	})
	return nil
}

// calmly makes an error of a panic.
func calmly(ctx context.Context, do func(context.Context) error) (err error) {
	defer caught("a task", &err)
	return do(ctx)
}

// Drain waits until what the service does behind its answers is done, such as mails that were asked for,
// or until the context is done, whose error it returns then. Call it when the server has stopped.
func (s *Service) Drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.tasks.all.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
