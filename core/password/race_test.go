//go:build race

package password_test

func init() { raced = true }
