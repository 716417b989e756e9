package rediscache_test

import (
	"fmt"

	"github.com/redis/go-redis/v9"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/rediscache"
)

func Example() {
	client := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	defer func() { _ = client.Close() }()

	var settings auth.Settings
	shared := rediscache.New(client)
	settings.Revocation.Cache, settings.Throttle.Limiter = shared, shared
	fmt.Println(settings.Revocation.Cache != nil)
	// Output: true
}
