package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// row is one goal: what was measured, and whether it was reached.
type row struct {
	goal    int
	what    string
	figures []figure
}

// figure is one measured value beside its goal.
type figure struct {
	format string // of a value
	ours   float64
	peer   float64 // or none
	goal   float64 // or none, for what is worth knowing
	most   bool    // the goal is an upper limit, else a lower one
	exact  bool    // no machine's mood changes it, so that a miss is a defect
}

var none = math.NaN()

// ratio is a figure of time, at most goal times another.
func ratio(format string, ours, peer, goal float64) figure {
	return figure{format: format, ours: ours, peer: peer, goal: goal, most: true}
}

// count is a figure that is the same in every run: allocations, bytes.
func count(format string, ours, peer, goal float64) figure {
	return figure{format: format, ours: ours, peer: peer, goal: goal, most: true, exact: true}
}

func (f figure) reached() bool {
	switch {
	case math.IsNaN(f.goal):
		return true
	case f.most:
		return f.ours <= f.goal
	}
	return f.ours >= f.goal
}

// text returns a value, the empty string for none.
func (f figure) text(sign string, value float64) string {
	if math.IsNaN(value) {
		return ""
	}
	return sign + fmt.Sprintf(f.format, value)
}

func (f figure) limit() string {
	if f.most {
		return f.text("≤ ", f.goal)
	}
	return f.text("≥ ", f.goal)
}

func (r row) reached() bool {
	for _, f := range r.figures {
		if !f.reached() {
			return false
		}
	}
	return true
}

// broken reports whether a figure misses its goal that no busy machine can spoil.
func (r row) broken() bool {
	for _, f := range r.figures {
		if f.exact && !f.reached() {
			return true
		}
	}
	return false
}

func (r row) cells() []string {
	var ours, goals, peers []string
	for _, f := range r.figures {
		ours = append(ours, f.text("", f.ours))
		goals = appendText(goals, f.limit())
		peers = appendText(peers, f.text("", f.peer))
	}
	verdict := "yes"
	if !r.reached() {
		verdict = "NO"
	}
	return []string{
		fmt.Sprint(r.goal), r.what, strings.Join(ours, "; "), strings.Join(goals, "; "), strings.Join(peers, "; "), verdict,
	}
}

func appendText(list []string, text string) []string {
	if text == "" {
		return list
	}
	return append(list, text)
}

// printTable writes rows as a table in Markdown that can be read as it is.
func printTable(w io.Writer, rows []row) {
	table := [][]string{{"#", "compared", "ours", "goal", "peer", "reached"}}
	for _, r := range rows {
		table = append(table, r.cells())
	}
	widths := make([]int, len(table[0]))
	for _, cells := range table {
		for i, text := range cells {
			widths[i] = max(widths[i], len([]rune(text)))
		}
	}
	rule := make([]string, len(widths))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
	}
	for i, cells := range table {
		printLine(w, cells, widths)
		if i == 0 {
			printLine(w, rule, widths)
		}
	}
}

func printLine(w io.Writer, cells []string, widths []int) {
	for i, text := range cells {
		fmt.Fprint(w, "| ", text, strings.Repeat(" ", widths[i]-len([]rune(text))+1))
	}
	fmt.Fprintln(w, "|")
}
