package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/storetest/internal/linear"
)

// deed is one call of a store, and what a model of the store makes of it. Answers are texts: all
// that the caller was told, or the name of one of the four errors.
type deed[S linear.State] struct {
	on   string // the object of the model that the call is about
	text string
	call func(ctx context.Context, s auth.Store) (answer string, err error)

	// reads reports whether an answer means that nothing was changed; nil is never. The four errors
	// always do.
	reads func(answer string) bool

	// step returns the state behind the call, and the answers that are right: where two things are
	// wrong with a call, a store may name either.
	step func(S) (S, []string)

	// parts, if there are any, are the deeds that the call is as many of, at once and in any order:
	// nothing promises that they take effect together.
	parts func(answer string) []part[S]
}

// part is a share of a call.
type part[S linear.State] struct {
	on     string
	answer string
	step   func(S) (S, []string)

	reads bool
	maybe bool // in time or never
}

// always and nothing are for [deed].
func always(string) bool         { return true }
func nothing(answer string) bool { return answer == "" }

var sentinels = []error{auth.ErrNotFound, auth.ErrExists, auth.ErrConflict, auth.ErrLimit}

// isRefusal reports whether an answer is one of the four errors.
func isRefusal(answer string) bool {
	return slices.ContainsFunc(sentinels, func(err error) bool { return err.Error() == answer })
}

// told is what a caller was told, or not ok if the store could not answer.
func told(answer string, err error) (text string, ok bool) {
	if err == nil {
		return answer, true
	}
	for _, sentinel := range sentinels {
		if errors.Is(err, sentinel) {
			return sentinel.Error(), true
		}
	}
	return err.Error(), false
}

// right returns the answer of a call that can be answered in one way only.
func right(answer string) []string { return []string{answer} }

// refusal returns the answers of a call that is refused for one of these errors.
func refusal(why ...error) (answers []string) {
	for _, err := range why {
		answers = append(answers, err.Error())
	}
	return answers
}

// sorted is a list whose order nobody promises.
func sorted(ids []string) string {
	return strings.Join(slices.Sorted(slices.Values(ids)), " ")
}

// clocked shows a time as the suite's clock counts it.
func clocked(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return fmt.Sprint(t.Sub(now).Milliseconds())
}
