//go:build !unix

package main

import "time"

// cpuTime returns the time of the wall: the CPU time is not to be had here without more effort.
func cpuTime() time.Duration { return wallTime() }
