package password

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"
)

// The bounds of the shortest length that a policy asks for. Less than 8 is too little for any
// password; more than 64 would refuse what NIST SP 800-63B wants to be accepted.
const (
	minLeastLength = 8
	maxLeastLength = 64
)

// Subject is who a password is for: what it must not be similar to. Empty fields are ignored.
type Subject struct {
	Email, FirstName, LastName string
}

// Rule judges a new password. It may ask a service, within ctx. Problem is empty if the password
// is fine, else a sentence for the person who chose it, which does not quote the password. An
// error means that the rule could not judge. Rules are called concurrently.
type Rule interface {
	Judge(ctx context.Context, password string, s Subject) (problem string, err error)
}

// RuleFunc makes a function a [Rule].
type RuleFunc func(ctx context.Context, password string, s Subject) (problem string, err error)

// Judge calls f.
func (f RuleFunc) Judge(ctx context.Context, password string, s Subject) (problem string, err error) {
	return f(ctx, password, s)
}

// Policy is a list of rules for new passwords. It is made by [NewPolicy], does not change, and is
// safe for concurrent use. Passwords that exist already are never judged.
type Policy struct {
	rules []Rule
}

// NewPolicy returns the rules of Django in their order, and then more of the application's own:
//
//  1. not too similar to the e-mail address, first or last name,
//  2. at least minLength characters (code points): 8 if it is 0, and from 8 to 64,
//  3. not one of 29,772 common passwords,
//  4. not entirely numeric.
//
// There is no longest length and no rule about kinds of characters. A minLength out of bounds
// and a nil rule, also one behind its type, are refused with a [*ConfigError].
func NewPolicy(minLength int, more ...Rule) (*Policy, error) {
	orDefault(&minLength, minLeastLength)
	problems := within("minLength", minLength, minLeastLength, maxLeastLength)
	rules := []Rule{
		RuleFunc(judgeSimilarity), lengthRule(minLength), RuleFunc(judgeCommon), RuleFunc(judgeNumeric),
	}
	for i, rule := range more {
		if isNil(rule) {
			problems = append(problems, refuse("more", "rule %d is nil: remove it", i)...)
		}
		rules = append(rules, rule)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return &Policy{rules: rules}, nil
}

// isNil reports whether there is no rule, also none behind a pointer or in a function's type.
func isNil(rule Rule) bool {
	v := reflect.ValueOf(rule)
	return rule == nil || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Func) && v.IsNil()
}

// Problems returns what is wrong with a new password, all of it, in the order of the rules, as
// sentences for the person who chose it. None means that the password is fine. The error is that
// of the first rule that could not judge; then nothing is known about the password.
func (p *Policy) Problems(ctx context.Context, password string, s Subject) ([]string, error) {
	var problems []string
	for _, rule := range p.rules {
		problem, err := rule.Judge(ctx, password, s)
		if err != nil {
			return nil, fmt.Errorf("password: judge: %w", err)
		}
		if problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems, nil
}

// lengthRule is the least number of code points.
type lengthRule int

// Judge counts code points, whatever their number of bytes.
func (n lengthRule) Judge(_ context.Context, password string, _ Subject) (string, error) {
	if utf8.RuneCountInString(password) >= int(n) {
		return "", nil
	}
	return fmt.Sprintf("This password is too short. It must contain at least %d characters.", n), nil
}
