package auth

import "github.com/authplug/authplug/core/internal/wire"

// exchangeFields are what token/refresh/ takes, what token/ answers, and what token/refresh/ does.
func (s *Service) exchangeFields() (given, issued, renewed []Field) {
	switch t := s.settings.Tokens; {
	case t.Kind == KindSliding:
		sliding := tokenFields("token")
		return sliding, sliding, sliding
	case t.ReuseRefresh:
		renewed = tokenFields("access")
	default:
		renewed = tokenFields("access", "refresh")
	}
	return s.refreshFields(), tokenFields("refresh", "access"), renewed
}

// refreshFields are how a refresh token is presented: in the body unless a header may have it.
func (s *Service) refreshFields() []Field {
	fields := tokenFields("refresh")
	if name := s.settings.Header.Refresh; name != "" {
		fields[0].Optional, fields[0].Text = true, "May be in the header "+name+" instead."
	}
	return fields
}

func tokenFields(names ...string) []Field {
	fields := make([]Field, len(names))
	for i, name := range names {
		fields[i] = Field{Name: name, MinLength: 1}
	}
	return fields
}

func logoutFields() []Field {
	return []Field{
		{Name: "refresh", Text: "The token whose session ends.", Type: "string|null", Optional: true},
		{
			Name: "token", Text: "The same for a sliding token. Without either the request's own session ends.",
			Type: "string|null", Optional: true,
		},
		{
			Name: "scope", Text: "Which sessions end: the token's, the user's others, or all.", Optional: true,
			Values: []string{string(ScopeThis), string(ScopeOthers), string(ScopeAll)},
		},
	}
}

func (s *Service) credentialFields() []Field {
	return []Field{s.identifierField(), {Name: "password", Format: "password", MinLength: 1}}
}

func (s *Service) passwordChangeFields() []Field {
	return []Field{
		{Name: "password", Format: "password", MinLength: 1}, s.newPasswordField("new_password"), s.identifierField(),
	}
}

// identifierField is what a login names its user by.
func (s *Service) identifierField() Field {
	return Field{Name: s.settings.Users.LoginField, MinLength: 1}
}

func (s *Service) newPasswordField(name string) Field {
	return Field{Name: name, Format: "password", MinLength: s.settings.Passwords.MinLength, MaxLength: maxPassword}
}

var emailField = Field{Name: "email", Format: "idn-email", MaxLength: MaxEmail}

func (s *Service) registrationFields() []Field {
	fields := []Field{emailField, s.newPasswordField("password")}
	for _, f := range []wire.Field{inputFirstName, inputLastName, inputPhone} {
		field := Field{Name: f.Name, MaxLength: f.MaxLength, Optional: f.Optional}
		if f.AllowNull {
			field.Type = "string|null"
		}
		fields = append(fields, field)
	}
	return fields
}

// idField is a user's id: an integer unless the store makes other ones.
func (s *Service) idField() Field {
	if s.settings.Claims.UserIDField == "id" {
		return Field{Name: "id", Type: "integer"}
	}
	return Field{Name: "id", Type: "integer|string"}
}

func (s *Service) createdFields() []Field {
	return []Field{
		s.idField(), emailField, {Name: "first_name"}, {Name: "last_name"}, {Name: "phone", Type: "string|null"},
	}
}

func (s *Service) profileFields() []Field {
	text := "string"
	if s.settings.Claims.Stateless {
		text = "string|null"
	}
	fields := []Field{
		s.idField(),
		{Name: "first_name", Type: text},
		{Name: "email", Type: text},
		{Name: "last_name", Type: text},
		{Name: "date_joined", Type: "string|null", Format: "date-time"},
		{Name: "last_login", Type: "string|null", Format: "date-time"},
		{Name: "is_active", Type: "boolean"},
		{Name: "is_staff", Type: "boolean"},
		{Name: "is_superuser", Type: "boolean"},
	}
	if s.settings.Claims.UserIDField == "uuid" {
		fields = append(fields, Field{Name: "uuid"})
	}
	return fields
}
