package password

import "errors"

// ErrBusy says that no hash could begin: too many calls waited already, or this one waited for
// [Config].Wait. Nothing was done and the call may be repeated; over HTTP it is a 503 with
// Retry-After. Compare with [errors.Is].
var ErrBusy = errors.New("password: too many hashes at once")

// ConfigError is one reason why [New] or [NewPolicy] refused its arguments. They join several
// with [errors.Join]; [errors.As] finds the first.
type ConfigError struct {
	Field   string // the path of the field below Config, such as "Cost.Memory"
	Problem string // what is wrong with it, in words
}

// Error names the field and the problem.
func (e *ConfigError) Error() string {
	return "password: " + e.Field + ": " + e.Problem
}
