package main

import (
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/authplug/authplug/example/internal/readmetest"
)

func TestReadme(t *testing.T) {
	gin.SetMode(gin.TestMode)
	readmetest.Run(t, routes)
}
