package pages_test

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	auth "github.com/authplug/authplug/core"
	"github.com/authplug/authplug/core/remote"
	"github.com/authplug/authplug/example/internal/config"
	"github.com/authplug/authplug/example/internal/markdown"
	"github.com/authplug/authplug/memstore"
)

// settingRows returns what the tables of the settings must say of each: field, variable, default.
func settingRows(t *testing.T) [][3]string {
	t.Helper()
	key := auth.Signing{Key: strongKey}
	service, err := auth.New(auth.Settings{Signing: key}, auth.In(memstore.New()))
	if err != nil {
		t.Fatal(err)
	}
	return append(rowsOf("", reflect.ValueOf(service.Settings())), rowsOf("", reflect.ValueOf(remote.Settings{}))...)
}

// ownDefaults are those that neither a tag nor [auth.Service.Settings] tells.
var ownDefaults = map[string]string{
	"Passwords.Cost":    "of package `password`",
	"Passwords.Permits": "CPUs, at least 2",
	"Passwords.Queue":   "`64`",
	"Passwords.Wait":    "`2s`",
	"Now":               "`time.Now`",

	"CacheSize":     "`10000`",
	"JWKSURL":       "`/.well-known/jwks.json` below `URL`",
	"Mirror.Issuer": "`Signing.Issuer`, else `URL`",
	"Mirror.Fields": "`email,first_name,last_name`",
}

func rowsOf(path string, settings reflect.Value) (rows [][3]string) {
	for i := range settings.NumField() {
		field, value := settings.Type().Field(i), settings.Field(i)
		name := path + field.Name
		_, text := reflect.TypeAssert[encoding.TextMarshaler](value)
		if value.Kind() == reflect.Struct && !text && name != "Passwords.Cost" {
			rows = append(rows, rowsOf(name+".", value)...)
			continue
		}
		fallback, known := ownDefaults[name]
		if !known {
			fallback = defaultOf(field, value)
		}
		rows = append(rows, [3]string{code(name), variableOf(field), fallback})
	}
	return rows
}

func code(text string) string { return "`" + text + "`" }

// variableOf says which variable fills a field.
func variableOf(field reflect.StructField) string {
	name, option, _ := strings.Cut(field.Tag.Get("env"), ",")
	switch {
	case name == "":
		return "–"
	case option == "not":
		return "not " + code(name)
	case option == "file":
		return code(name) + ", " + code(name+"_FILE")
	}
	return code(name)
}

// defaultOf says what a field is if it is not set: what its tag says, which must be what a service
// says, or is told by the service alone.
func defaultOf(field reflect.StructField, value reflect.Value) string {
	tag, text := field.Tag.Get("default"), shown(value)
	switch {
	case tag != "" && !value.IsZero() && duration(tag) != text:
		return fmt.Sprintf("both %s and %s", tag, text)
	case tag != "":
		return code(tag)
	case text != "":
		return code(text)
	}
	return "none"
}

// duration spells a duration as package time does.
func duration(text string) string {
	if d, err := time.ParseDuration(text); err == nil {
		return d.String()
	}
	return text
}

// shown is a value as it can be written into a variable; "" if it is none.
func shown(value reflect.Value) string {
	switch v := value.Interface().(type) {
	case auth.Secret, func() time.Time:
		return ""
	case time.Duration:
		if v == 0 {
			return "0"
		}
	}
	switch value.Kind() {
	case reflect.Func, reflect.Interface:
		return ""
	case reflect.Slice:
		var items []string
		for i := range value.Len() {
			items = append(items, fmt.Sprint(value.Index(i)))
		}
		return strings.Join(items, ",")
	default:
		return fmt.Sprint(value)
	}
}

// tableRows returns the rows of the settings in a page, less what only people can judge.
func tableRows(t *testing.T, path string) (rows [][3]string) {
	t.Helper()
	s := symbols(t)
	for _, cells := range markdown.Rows(page(t, path)) {
		name := "Settings." + strings.Trim(cells[0], "`")
		if !s.Has("auth."+name) && !s.Has("remote."+name) {
			continue
		}
		if len(cells) != 4 || cells[3] == "" {
			t.Errorf("%s: the row %q says nothing", path, cells)
			continue
		}
		rows = append(rows, [3]string(cells))
	}
	return rows
}

func TestThePageOfTheSettingsHasEachAsItIs(t *testing.T) {
	got, want := tableRows(t, "../../docs/settings.md"), settingRows(t)
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("there is no row %s", strings.Join(row[:], " | "))
		}
	}
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("no setting is as the row says: %s", strings.Join(row[:], " | "))
		}
	}
	if len(got) != len(want) || len(want) < 70 {
		t.Errorf("%d rows of %d settings", len(got), len(want))
	}
}

// The README shows some of the settings, word for word.
func TestTheReadmesSettingsAreThoseOfThePage(t *testing.T) {
	all := page(t, "../../docs/settings.md")
	rows := tableRows(t, readme)
	if len(rows) < 5 {
		t.Errorf("the README shows %d settings", len(rows))
	}
	for _, cells := range markdown.Rows(page(t, readme)) {
		row := strings.ReplaceAll("| "+strings.Join(cells, " | ")+" |\n", "](docs/", "](")
		if slices.Contains(rows, [3]string(append(cells, "", "")[:3])) && !strings.Contains(all, row) {
			t.Errorf("docs/settings.md has no %s", row)
		}
	}
}

// variables are the names that a kind of program knows.
func variables(kind config.Kind) map[string]bool {
	known := map[string]bool{}
	for _, v := range config.Variables(kind) {
		known[v.Name] = true
	}
	return known
}

// Two programs may share an environment, so that neither may take a name of the other's for a typing
// error.
func TestBothKindsOfProgramKnowTheSameNames(t *testing.T) {
	authService, clientService := variables(config.AuthService()), variables(config.ClientService())
	if !maps.Equal(authService, clientService) || len(authService) < 80 {
		t.Errorf("the auth-service knows %v\nand the client-service %v", authService, clientService)
	}
}

// A page that names a variable of the example programs, with or without its prefix, names one that
// they know.
func TestThePagesNameVariablesThatThereAre(t *testing.T) {
	known := variables(config.AuthService())
	named := 0
	for path, text := range pages(t) {
		for _, span := range markdown.Spans(text) {
			name, _, _ := strings.Cut(span, "=")
			if !strings.HasPrefix(name, config.Prefix) || name == config.Prefix {
				continue
			}
			named++
			if !known[name] {
				t.Errorf("%s: nobody knows the variable %s", path, name)
			}
		}
	}
	if named < 5 {
		t.Errorf("%d variables were looked up", named)
	}
}
