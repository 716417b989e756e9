package mysql

import (
	"fmt"
	"strings"
)

// checkVersion refuses servers of which the store was never seen to work. Before MySQL 8 an id that
// was deleted last could be given to another user after a restart.
func checkVersion(version string) error {
	name, major, minor := "MySQL", 8, 0
	if strings.Contains(version, "MariaDB") {
		name, major, minor = "MariaDB", 10, 11
	}
	version = strings.TrimPrefix(version, "5.5.5-") // for clients that know no higher first number
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(version, "%d.%d", &gotMajor, &gotMinor); err != nil {
		return fmt.Errorf("the server calls its version %q, which is none of MySQL or MariaDB", version)
	}
	if gotMajor < major || gotMajor == major && gotMinor < minor {
		return fmt.Errorf("the server is %s %d.%d: %d.%d is the oldest that will do", name, gotMajor, gotMinor, major, minor)
	}
	return nil
}
