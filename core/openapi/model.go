package openapi

import "github.com/authplug/authplug/core/internal/wire"

// document is an OpenAPI document, its members in the order of the specification.
type document struct {
	OpenAPI    string       `json:"openapi"`
	Info       Info         `json:"info"`
	Servers    []server     `json:"servers"`
	Paths      wire.Members `json:"paths"`
	Components components   `json:"components"`
}

type server struct {
	URL string `json:"url"`
}

type components struct {
	Schemas         map[string]*schema        `json:"schemas,omitempty"`
	Responses       map[string]*response      `json:"responses,omitempty"`
	SecuritySchemes map[string]securityScheme `json:"securitySchemes,omitempty"`
}

// operation is one method of one path.
type operation struct {
	Summary     string                `json:"summary,omitempty"`
	Description string                `json:"description,omitempty"`
	ID          string                `json:"operationId"`
	Parameters  []parameter           `json:"parameters,omitempty"`
	Body        *requestBody          `json:"requestBody,omitempty"`
	Responses   map[string]*response  `json:"responses"`
	Security    []map[string][]string `json:"security"` // empty, not missing: nobody has to log in
}

type parameter struct {
	Name     string  `json:"name"`
	In       string  `json:"in"`
	Required bool    `json:"required"`
	Schema   *schema `json:"schema"`
}

type requestBody struct {
	Content  map[string]media `json:"content"`
	Required bool             `json:"required"`
}

type response struct {
	Ref         string            `json:"$ref,omitempty"`
	Description string            `json:"description,omitempty"`
	Headers     map[string]header `json:"headers,omitempty"`
	Content     map[string]media  `json:"content,omitempty"`
}

type header struct {
	Description string  `json:"description"`
	Schema      *schema `json:"schema"`
}

type media struct {
	Schema   *schema            `json:"schema"`
	Examples map[string]example `json:"examples,omitempty"`
}

type example struct {
	Summary string `json:"summary,omitempty"`
	Value   any    `json:"value"`
}

type securityScheme struct {
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
	Name        string `json:"name,omitempty"`
	In          string `json:"in,omitempty"`
	Scheme      string `json:"scheme,omitempty"`
	Format      string `json:"bearerFormat,omitempty"`
}

// schema is a JSON Schema (2020-12).
type schema struct {
	Ref         string       `json:"$ref,omitempty"`
	Type        any          `json:"type,omitempty"` // a string or several
	Description string       `json:"description,omitempty"`
	Format      string       `json:"format,omitempty"`
	Enum        []any        `json:"enum,omitempty"`
	MinLength   int          `json:"minLength,omitempty"`
	MaxLength   int          `json:"maxLength,omitempty"`
	Items       *schema      `json:"items,omitempty"`
	Properties  wire.Members `json:"properties,omitempty"`
	Required    []string     `json:"required,omitempty"`
	More        any          `json:"additionalProperties,omitempty"` // true or a schema
	AnyOf       []*schema    `json:"anyOf,omitempty"`
}
