// Command bench measures Authplug beside its peers, in one run, and prints a table of ratios: what
// was compared, our value, the goal, the peer's value, and whether the goal was reached. Times are
// never goals, because they are the machine's; its mood can spoil ratios as well, so that only
// counts of winners, allocations and bytes fail the run.
package main

import (
	"fmt"
	"os"

	"github.com/gin-gonic/gin"
)

// goals are measured in this order.
var goals = []func(effort) ([]row, error){
	verifying, onGin, onEcho, refusing, onTheWire, minting, crowding, rotating, onServer, racing, loggingIn, deciding, lookingUp, remembering,
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	if asServer() {
		return
	}
	var rows []row
	for _, measure := range goals {
		measured, err := measure(full)
		exitOn(err)
		rows = append(rows, measured...)
	}
	printTable(os.Stdout, rows)
	for _, r := range rows {
		if r.broken() {
			exitOn(fmt.Errorf("goal %d is broken", r.goal))
		}
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
