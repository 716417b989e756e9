package main

import (
	"testing"

	"github.com/authplug/authplug/example/internal/readmetest"
)

func TestReadme(t *testing.T) {
	readmetest.Run(t, routes)
}
