package remote_test

import (
	"net/http"
	"strings"
	"testing"
)

// profile returns a good profile with one member more, or changed.
func profile(member, value string) string {
	members := map[string]string{
		"id": "77", "email": `"fake@test.com"`, "first_name": `"Fake"`, "last_name": `"User"`, "is_active": "true",
	}
	members[member] = value
	var b strings.Builder
	for name, value := range members {
		if value != "" {
			b.WriteString(`,"` + name + `":` + value)
		}
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

func quoted(text string) string { return `"` + text + `"` }

func TestProfilesAreRead(t *testing.T) {
	for _, c := range []struct {
		member, value string
		id, email     string
		active        bool
	}{
		{"", "", "77", "fake@test.com", true},
		{"id", "0", "0", "fake@test.com", true},
		{"id", "123456789012345678901234567890", "123456789012345678901234567890", "fake@test.com", true},
		{"id", `"8c7a0a3e-0000-4000-8000-000000000000"`, "8c7a0a3e-0000-4000-8000-000000000000", "fake@test.com", true},
		{"id", quoted(strings.Repeat("é", 254)), strings.Repeat("é", 254), "fake@test.com", true},
		{"email", `" FAKE@Test.Com "`, "77", "fake@test.com", true},
		{"email", `"a@xn--bcher-kva.example"`, "77", "a@bücher.example", true},
		{"is_active", "", "77", "fake@test.com", true},
		{"is_active", "false", "77", "fake@test.com", false},
		{"first_name", "", "77", "fake@test.com", true},
		{"first_name", quoted(strings.Repeat("é", 150)), "77", "fake@test.com", true},
		{"phone", "null", "77", "fake@test.com", true},
		{"phone", `"+49 30 1234567"`, "77", "fake@test.com", true},
		{"location", "null", "77", "fake@test.com", true},
		{"location", quoted(strings.Repeat("x", 5000)), "77", "fake@test.com", true},
		{"roles", `{"any": ["thing", 1]}`, "77", "fake@test.com", true},
	} {
		client := newClient(t, newUpstream(t, says(http.StatusOK, profile(c.member, c.value))).URL)
		p, err := client.User(t.Context(), "access.token")
		if err != nil {
			t.Errorf("%s %s: %v", c.member, c.value, err)
			continue
		}
		if p.ID != c.id || p.Email != c.email || p.Active != c.active {
			t.Errorf("%s %s: %+v", c.member, c.value, p)
		}
		if raw, ok := p.Member(c.member); ok != (c.value != "") || string(raw) != c.value {
			t.Errorf("member %q is %s", c.member, raw)
		}
	}
}

func TestUnusableProfilesAreOutages(t *testing.T) {
	for member, values := range map[string][]string{
		"id": {
			"", "null", "-1", "-0", "1.0", "1e3", "true", `""`, `" "`, `" 7"`, `"7\n"`, `"a\u0000b"`, `"a\u0007b"`, "[7]", `{"id":7}`,
			quoted(strings.Repeat("x", 255)), strings.Repeat("9", 255),
		},
		"email": {
			"", "null", "5", `""`, `"nope"`, `"a@b"`, `"a b@test.com"`, `["a@b.co"]`,
			quoted(strings.Repeat("x", 255) + "@test.com"), `"a@test.com\nb@test.com"`,
		},
		"is_active":  {"null", "0", "1", `"true"`, `"maybe"`, "[]"},
		"first_name": {"null", "5", "[]", `"a\u0000"`, quoted(strings.Repeat("x", 151))},
		"last_name":  {"null", "false", quoted(strings.Repeat("x", 151))},
		"phone":      {"5", "[]", quoted(strings.Repeat("1", 16))},
		"location":   {"5", "{}", `"\u0000"`},
	} {
		for _, value := range values {
			body := profile(member, value)
			client := newClient(t, newUpstream(t, says(http.StatusOK, body)).URL)
			_, err := client.User(t.Context(), "access.token")
			if err == nil {
				t.Errorf("%s", body)
				continue
			}
			e := answered(t, err, http.StatusServiceUnavailable, textInvalidUser)
			if strings.Contains(e.Error(), "nope") {
				t.Errorf("the profile is quoted: %v", e)
			}
		}
	}
}

func TestCaseVariantsAreOtherMembers(t *testing.T) {
	body := `{"id":1,"email":"a@b.co","Id":2,"Email":"evil@b.co","IS_ACTIVE":false,"is_Active":"x"}`
	p, err := newClient(t, newUpstream(t, says(http.StatusOK, body)).URL).User(t.Context(), "access.token")
	if err != nil || p.ID != "1" || p.Email != "a@b.co" || !p.Active {
		t.Errorf("%+v, %v", p, err)
	}
}
