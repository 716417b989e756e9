package password_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/authplug/authplug/core/password"
)

func TestCheapCostsAreRefused(t *testing.T) {
	for field, c := range map[string]password.Config{
		"Algorithm":          {Algorithm: "md5"},
		"Algorithm: \"A":     {Algorithm: "Argon2id"},
		"Cost.Memory":        {Cost: password.Cost{Memory: 19455}},
		"Cost.Memory: 47":    {Cost: password.Cost{Memory: 47103, Time: 1}},
		"Cost.Memory: 12":    {Cost: password.Cost{Memory: 12287, Time: 3}},
		"Cost.Memory: 71":    {Cost: password.Cost{Memory: 7167, Time: 16}},
		"Cost.Memory: 26":    {Cost: password.Cost{Memory: 262145}},
		"Cost.Time":          {Cost: password.Cost{Memory: 65536, Time: 17}},
		"Cost.Time: 26":      {Cost: password.Cost{Memory: 262144, Time: 5}},
		"Cost.Threads":       {Cost: password.Cost{Threads: 17}},
		"Cost.Iterations":    {Algorithm: password.PBKDF2, Cost: password.Cost{Iterations: 599_999}},
		"Cost.Iterations: 1": {Algorithm: password.PBKDF2, Cost: password.Cost{Iterations: 10_000_001}},
		"Cost.Iterations: -": {Algorithm: password.PBKDF2, Cost: password.Cost{Iterations: -1}, Weak: true},
		"Cost.Bcrypt":        {Algorithm: password.Bcrypt, Cost: password.Cost{Bcrypt: 9}},
		"Cost.Bcrypt: 17":    {Algorithm: password.Bcrypt, Cost: password.Cost{Bcrypt: 17}},
		"Cost.Bcrypt: 3":     {Algorithm: password.Bcrypt, Cost: password.Cost{Bcrypt: 3}, Weak: true},
		"Permits":            {Permits: -1},
		"Queue":              {Queue: -1},
		"Wait":               {Wait: -time.Second},
	} {
		_, err := password.New(c)
		var problem *password.ConfigError
		name, _, _ := strings.Cut(field, ":")
		if !errors.As(err, &problem) || problem.Field != name ||
			!strings.Contains(err.Error(), "password: "+field) {
			t.Errorf("New(%+v): error %v, want one of %s", c, err, field)
		}
	}
}

func TestTheLeastCostsAreAccepted(t *testing.T) {
	for _, c := range []password.Config{
		{},
		{Cost: password.Cost{Memory: 47104, Time: 1}},
		{Cost: password.Cost{Memory: 12288, Time: 3}},
		{Cost: password.Cost{Memory: 9216, Time: 4}},
		{Cost: password.Cost{Memory: 7168, Time: 5}},
		{Cost: password.Cost{Memory: 262144, Time: 4, Threads: 16}},
		{Algorithm: password.PBKDF2, Cost: password.Cost{Iterations: 600_000}},
		{Algorithm: password.PBKDF2, Cost: password.Cost{Memory: 1}},
		{Algorithm: password.Bcrypt, Cost: password.Cost{Bcrypt: 10}},
		{Weak: true, Cost: password.Cost{Threads: 4}},
	} {
		if _, err := password.New(c); err != nil {
			t.Errorf("New(%+v): %v", c, err)
		}
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	_, err := password.New(password.Config{
		Cost: password.Cost{Memory: 1, Time: 99}, Permits: -1, Queue: -2, Wait: -3,
	})
	if err == nil {
		t.Fatal("New accepted it")
	}
	for _, field := range []string{"Cost.Memory", "Cost.Time", "Permits", "Queue", "Wait"} {
		if !strings.Contains(err.Error(), "password: "+field+": ") {
			t.Errorf("error %q does not name %s", err, field)
		}
	}
}
