package auth_test

import (
	"errors"
	"testing"

	auth "github.com/authplug/authplug/core"
)

func TestAnIdentityOfNobodyHasNothing(t *testing.T) {
	var nobody *auth.Identity
	if nobody.HasRole("editor") || nobody.HasPermission("posts.edit") || nobody.Stateless() {
		t.Error("nobody has rights, or is made of claims")
	}
	if nobody.Kind() != "" || nobody.SessionID() != "" || !nobody.ExpiresAt().IsZero() {
		t.Errorf("nobody has a token: %q, %q, %v", nobody.Kind(), nobody.SessionID(), nobody.ExpiresAt())
	}
	if value, ok := nobody.Claim("user_id"); ok || len(value) != 0 {
		t.Errorf("Claim() = %s, %v", value, ok)
	}
	if !(&auth.Identity{User: &auth.User{Roles: []string{"editor"}}}).HasRole("editor") {
		t.Error("somebody has no role")
	}
}

func TestExtraDataThatIsNullIsNone(t *testing.T) {
	for _, extra := range []string{"", "null", " null", "\n\tnull\r\n", " "} {
		id := &auth.Identity{User: &auth.User{Extra: []byte(extra)}}
		if v, err := auth.ExtraAs[map[string]int](id); !errors.Is(err, auth.ErrNotFound) {
			t.Errorf("ExtraAs of %q = %v, %v", extra, v, err)
		}
	}
	for _, extra := range []string{"nul", "nullnull", `"null`} {
		id := &auth.Identity{User: &auth.User{Extra: []byte(extra)}}
		if v, err := auth.ExtraAs[string](id); err == nil || errors.Is(err, auth.ErrNotFound) {
			t.Errorf("ExtraAs of %q = %v, %v", extra, v, err)
		}
	}
	id := &auth.Identity{User: &auth.User{Extra: []byte(` "null" `)}}
	if v, err := auth.ExtraAs[string](id); v != "null" || err != nil {
		t.Errorf("ExtraAs of a text = %q, %v", v, err)
	}
}
