package auth_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a reader has to look through: the lines of go doc -short, where a group of constants or
// variables is one. Settings come beside them.
func TestThePackageStaysSmall(t *testing.T) {
	const most = 120
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if exports(decl) {
				n++
			}
		}
	}
	if n < most/4 || n > most {
		t.Errorf("the package exports %d names and groups beside its settings, want at most %d", n, most)
	}
}

func exports(decl ast.Decl) bool {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return d.Recv == nil && d.Name.IsExported()
	case *ast.GenDecl:
		return slices.ContainsFunc(d.Specs, exportsSpec)
	}
	return false
}

func exportsSpec(spec ast.Spec) bool {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Name.IsExported() && !strings.HasSuffix(s.Name.Name, "Settings")
	case *ast.ValueSpec:
		return s.Names[0].IsExported()
	}
	return false
}
