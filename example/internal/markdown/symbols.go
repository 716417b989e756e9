package markdown

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// Symbols knows what packages export, by names such as "auth.Settings.Users.MayLogin".
type Symbols struct{ packages map[string]*exported }

// exported is what one package exports: the names, and the members of its types with the name of
// each member's own type; those of embedded types are theirs.
type exported struct {
	names    map[string]bool
	members  map[string]map[string]string
	embedded map[string][]string
}

// ReadSymbols parses the packages in folders. Packages of one name are told apart by nothing:
// there are none.
func ReadSymbols(folders ...string) (*Symbols, error) {
	s := &Symbols{packages: map[string]*exported{}}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			s.add(file)
		}
	}
	return s, nil
}

func (s *Symbols) add(file *ast.File) {
	p := s.packages[file.Name.Name]
	if p == nil {
		p = &exported{map[string]bool{}, map[string]map[string]string{}, map[string][]string{}}
		s.packages[file.Name.Name] = p
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				p.names[d.Name.Name] = true
			} else {
				p.member(typeName(d.Recv.List[0].Type), d.Name.Name, "")
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				p.addSpec(spec)
			}
		}
	}
}

func (p *exported) addSpec(spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			p.names[name.Name] = true
		}
	case *ast.TypeSpec:
		p.names[s.Name.Name] = true
		var fields *ast.FieldList
		switch t := s.Type.(type) {
		case *ast.StructType:
			fields = t.Fields
		case *ast.InterfaceType:
			fields = t.Methods
		default:
			return
		}
		for _, f := range fields.List {
			p.addField(s.Name.Name, f)
		}
	}
}

func (p *exported) addField(of string, f *ast.Field) {
	itsType := typeName(f.Type)
	if len(f.Names) == 0 {
		p.member(of, itsType, itsType)
		p.embedded[of] = append(p.embedded[of], itsType)
	}
	for _, name := range f.Names {
		p.member(of, name.Name, itsType)
	}
}

// memberOf finds a member of a type, or of one that it embeds.
func (p *exported) memberOf(of, name string) (itsType string, ok bool) {
	if itsType, ok = p.members[of][name]; ok {
		return itsType, true
	}
	for _, inner := range p.embedded[of] {
		if itsType, ok = p.memberOf(inner, name); ok {
			return itsType, true
		}
	}
	return "", false
}

func (p *exported) member(of, name, itsType string) {
	if p.members[of] == nil {
		p.members[of] = map[string]string{}
	}
	p.members[of][name] = itsType
}

// typeName returns the name of a type of the same package, "" for others.
func typeName(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.IndexExpr:
		return typeName(t.X)
	}
	return ""
}

// Has reports whether a name, package first, is exported.
func (s *Symbols) Has(name string) bool {
	parts := strings.Split(name, ".")
	if len(parts) < 2 || slices.ContainsFunc(parts[1:], func(part string) bool { return !token.IsExported(part) }) {
		return false
	}
	p := s.packages[parts[0]]
	if p == nil || !p.names[parts[1]] {
		return false
	}
	at := parts[1]
	for _, part := range parts[2:] {
		next, ok := p.memberOf(at, part)
		if !ok {
			return false
		}
		at = next
	}
	return true
}

// Knows reports whether there is a package of this name.
func (s *Symbols) Knows(pkg string) bool { return s.packages[pkg] != nil }
