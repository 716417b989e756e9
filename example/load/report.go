package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const header = "| database | framework | request | answered | p50 | p90 | p99 | longest | p50 to plain | told to wait | not sent |\n" +
	"| -------- | --------- | ------- | -------- | --- | --- | --- | ------- | ------------ | ------------ | -------- |"

// report is a line for each kind of request, and one for the memory.
func (t *traffic) report(name, framework string) string {
	var b strings.Builder
	base := t.times[plain].percentile(0.5)
	for k, h := range t.times {
		p50 := h.percentile(0.5)
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %v | %v | %v | %v | %.1f× | %d | %d |\n", name, framework, kindNames[k], h.count,
			round(p50), round(h.percentile(0.9)), round(h.percentile(0.99)), round(h.most), float64(p50)/float64(max(base, 1)),
			t.busy[k].Load(), t.late[k].Load())
	}
	_, peak := t.process.Memory()
	fmt.Fprintf(&b, "| %s | %s | memory: %d MiB at the end, %d at most; %d wrong answers |\n",
		name, framework, last(t.memory)>>20, peak>>20, len(t.wrong))
	return b.String()
}

func round(d time.Duration) time.Duration {
	if d > 10*time.Millisecond {
		return d.Round(time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}

func last(list []int64) int64 {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1]
}

// verdict is an error for wrong answers, and for memory that keeps growing.
func (t *traffic) verdict() error {
	var errs []error
	if len(t.wrong) > 0 {
		errs = append(errs, fmt.Errorf("%d wrong answers:\n\t%s", len(t.wrong), strings.Join(t.wrong[:min(len(t.wrong), 10)], "\n\t")))
	}
	if t.times[refresh].count == 0 || t.times[verified].count == 0 {
		errs = append(errs, errors.New("nothing was answered"))
	}
	if grows(t.memory) {
		errs = append(errs, errors.New("memory keeps growing"))
	}
	return errors.Join(errs...)
}

// grows reports whether a soak ended with much more memory than it had when it was warm: the least of
// its last fifth is above that of the second by more than a tenth and 16 MiB.
func grows(memory []int64) bool {
	const soak = 5 * 60 // seconds
	if len(memory) < soak {
		return false
	}
	fifth := len(memory) / 5
	before, after := least(memory[fifth:2*fifth]), least(memory[4*fifth:])
	return after > before+before/10+16<<20
}

func least(list []int64) int64 {
	low := list[0]
	for _, n := range list {
		low = min(low, n)
	}
	return low
}
