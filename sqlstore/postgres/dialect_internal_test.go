package postgres

import (
	"errors"
	"fmt"
	"testing"
)

type stateError string

func (e stateError) Error() string    { return "state " + string(e) }
func (e stateError) SQLState() string { return string(e) }

// Of processes that make the first table at once, the late ones see one of three errors.
func TestWhatADuplicateIs(t *testing.T) {
	for state, want := range map[string]bool{"23505": true, "42P07": true, "42710": true, "40001": false, "23502": false, "": false} {
		if got := duplicate(fmt.Errorf("wrapped: %w", stateError(state))); got != want {
			t.Errorf("%q: %v", state, got)
		}
	}
	if duplicate(errors.New("23505")) {
		t.Error("an error without a state is a duplicate")
	}
}
