package auth

// Contract is what an endpoint takes and answers. It decides nothing: it is for people and programs
// that read about the endpoint, as in the description that package openapi makes.
type Contract struct {
	Summary string // what the endpoint does, in a few words
	Text    string // what else there is to know, in CommonMark

	// Token says that the endpoint reads the request's token. It requires one if
	// [ErrNoCredentials] is among Refuses.
	Token bool

	Takes []Field // the JSON body; nil: none
	Forms bool    // the body may be a form as well

	Status int     // of success; 0: 200
	Gives  []Field // the JSON object that it answers with, in order
	More   bool    // the object may have other members as well
	List   bool    // it answers with a list of such objects

	storeless bool // it asks no store

	// Refuses are what the endpoint answers instead. That it takes no other method goes without
	// saying, and so does [ErrInternal].
	Refuses []*Error

	// PassesOn are the statuses of refusals that are another service's: what Refuses says of them are
	// examples, and the body is any JSON object.
	PassesOn []int
}

// Field describes a member of a body. If nothing else is said, it is a text of any length.
type Field struct {
	Name string
	Text string // what it means, in CommonMark

	// Type is the member's type in JSON Schema, or several with "|" between, such as
	// "string|null". Defaults to "string", or "object" if there are Fields.
	Type   string
	Format string   // as JSON Schema names it, such as "date-time"
	Values []string // all that it may be; nil: anything

	MinLength int // in code points
	MaxLength int // in code points; 0: no limit

	Optional bool    // it may be missing
	List     bool    // it is a list of what the rest describes
	Fields   []Field // of an object
}
