package storetest

import (
	"errors"
	"sync"
	"testing"
)

// crowd is how many callers race.
const crowd = 48

// race calls f(0) … f(n-1) at the same time, each in a goroutine, and returns their errors.
func race(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// oneWinner fails the test unless exactly one error is nil and all others are lost. It returns
// the winner's number.
func oneWinner(t *testing.T, errs []error, lost error) int {
	t.Helper()
	winner, winners := -1, 0
	for i, err := range errs {
		switch {
		case err == nil:
			winner = i
			winners++
		case !errors.Is(err, lost):
			t.Errorf("caller %d: %v, want %v", i, err, lost)
		}
	}
	if winners != 1 {
		t.Fatalf("%d callers won, want exactly 1", winners)
	}
	return winner
}

// allWon fails the test for every error that is not nil.
func allWon(t *testing.T, errs []error) {
	t.Helper()
	for i, err := range errs {
		if err != nil {
			t.Errorf("caller %d: %v", i, err)
		}
	}
}
