package env_test

import (
	"fmt"
	"strings"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/env"
)

// The settings of package auth have the names of EasyJWT.
func Example() {
	environ := []string{ // usually os.Environ()
		"EASY_JWT_ACCESS_TOKEN_LIFETIME=10m",
		"EASY_JWT_AUDIENCE=shop,blog",
		"EASY_JWT_ROTATE_REFRESH_TOKEN=true",
	}

	settings := auth.EasyJWT()
	if err := env.Load("EASY_JWT_", environ, &settings); err != nil {
		fmt.Println(strings.Join(env.Explain(err, "EASY_JWT_", &settings), "\n"))
	}
	fmt.Println(settings.Tokens.AccessLifetime, settings.Signing.Audience)
	// Output:
	// EASY_JWT_ROTATE_REFRESH_TOKEN: unknown; did you mean EASY_JWT_ROTATE_REFRESH_TOKENS?
	// 10m0s [shop blog]
}

// What auth.New finds wrong is told in the names of variables as well.
func Example_problems() {
	settings := auth.Settings{Signing: auth.Signing{Key: "short"}, Claims: auth.ClaimSettings{UserIDField: "name"}}
	_, err := auth.New(settings, auth.Stores{})
	for _, line := range env.Explain(err, "MYAPP_", &settings) {
		fmt.Println(line)
	}
	// Output:
	// auth: no store for users: pass auth.In(store), or set Stores.Users
	// auth: no store for sessions: pass auth.In(store), or set Stores.Sessions
	// auth: no store for tokens: pass auth.In(store), or set Stores.Tokens
	// MYAPP_USER_ID_FIELD: "name" is not known: use "id", "uuid" or "email"
	// MYAPP_SIGNING_KEY: token: bad key: a secret for HS256 has at least 32 bytes, not 5: make one with: openssl rand -hex 64
}

// Settings of one's own load with the library's, so that unknown names are known to be unknown.
func ExampleLoader() {
	type shop struct {
		Currency string `env:"CURRENCY" default:"EUR"`
		Open     bool   `env:"CLOSED,not"`
	}
	own, settings := shop{Currency: "EUR", Open: true}, auth.Settings{}
	loader := env.Loader{Prefix: "SHOP_", Removed: map[string]string{"PRICE": "use SHOP_CURRENCY"}}
	err := loader.Load([]string{"SHOP_CLOSED=true", "SHOP_PRICE=3", "SHOP_ISSUER=https://shop.example"}, &own, &settings)
	fmt.Println(err)
	fmt.Println(own, settings.Signing.Issuer)
	// Output:
	// SHOP_PRICE: removed: use SHOP_CURRENCY
	// {EUR false} https://shop.example
}

func ExampleNames() {
	type server struct {
		Addr string `env:"ADDR" default:"127.0.0.1:8000"`
		Key  string `env:"KEY,file"`
	}
	for _, v := range env.Names("APP_", &server{}) {
		fmt.Printf("%s %s %q\n", v.Name, v.Kind, v.Default)
	}
	// Output:
	// APP_ADDR string "127.0.0.1:8000"
	// APP_KEY string ""
	// APP_KEY_FILE file ""
}
