package main

import (
	"testing"

	"github.com/authplug/authplug/example/internal/readmetest"
)

func TestTheSessionOfTheReadme(t *testing.T) { readmetest.Run(t, routes) }
