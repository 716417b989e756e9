package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/token"
	"github.com/authplug/authplug/example/internal/config"
)

// newKey prints a set of one fresh key, for KEYS_FILE.
func newKey(_ context.Context, in *invocation) error {
	set := in.flags("newkey")
	algorithm := set.String("alg", string(token.EdDSA), "`algorithm` of the key: HS, RS, PS or ES 256–512, or EdDSA")
	if err := in.parse(set); err != nil {
		return err
	}
	key, err := token.GenerateKey(token.Algorithm(*algorithm))
	if err != nil {
		return usageError(fmt.Sprintf("--alg %q is not known", *algorithm))
	}
	private, err := key.PrivateJWK()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(in.out, "{\"keys\":[\n%s\n]}\n", private)
	return err
}

// reloadOnHangup reads the keys anew at each SIGHUP, until the context ends.
func reloadOnHangup(ctx context.Context, c *config.Config, service *auth.Service, log *slog.Logger) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			reload(c, service, log)
		}
	}
}

func reload(c *config.Config, service *auth.Service, log *slog.Logger) {
	if c.KeysFile == "" {
		log.Warn("there is no " + config.Prefix + "KEYS_FILE to reload")
		return
	}
	keys, err := c.Reload(service)
	if err != nil {
		log.Error("the keys were not reloaded: those from before stay", "error", err.Error())
		return
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.ID() + " " + string(k.Algorithm())
	}
	log.Info("keys reloaded", "keys", strings.Join(names, ", "))
}
