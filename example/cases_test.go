package example_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cases are the security cases that tests cover: construction, tokens and their kinds, refresh,
// revocation that fails, registration and login, passwords, guards, limits, methods, logs, stores,
// authentication by another service.
var cases = strings.Fields(`
	CN-01 CN-02 CN-03 JW-01 JW-02 JW-03 JW-06 JW-08 JW-09 JW-10 JW-11 JW-12 JW-14 JW-15 JW-16 TC-01 TC-02
	TC-03 TC-06 RF-01 RF-02 RF-05 RF-08 RF-09 RF-10 RF-12 RF-13 RV-01 RV-02 RV-03 RV-05 RV-07 RG-01
	RG-02 RG-07 RG-10 RG-11 PW-01 PW-02 PW-03 PW-05 PW-07 PG-01 PG-02 PG-03 PG-04 PG-05 PG-07 PG-08
	DS-01 DS-02 DS-03 DS-04 DS-05 DS-07 CK-01 CK-02 CK-05 CK-07 CK-08 CK-10 CK-11 CK-12 CK-13 RD-01 RD-02 RD-04 RS-01 RS-02 RS-04 RS-05 RS-06 RS-07 RS-08 LG-01 LG-02 LG-03 LG-04 LG-06 DV-01 DV-03 DV-04 DV-06 ST-01 ST-04 ST-08
	RM-01 RM-03 RM-04 RM-05 RM-06 RM-09 RM-10`)

// Each case is named by a test that covers it, and nothing else of the sources counts.
func TestEachSecurityCaseIsNamedWhereItIsCovered(t *testing.T) {
	named := map[string]bool{}
	for _, folder := range foldersOf(t, "..") {
		suite := strings.Contains(folder, "adaptertest") || strings.Contains(folder, "storetest")
		for _, name := range casesIn(t, folder, suite) {
			named[name] = true
		}
	}
	for _, name := range cases {
		if !named[name] {
			t.Errorf("no test says that it covers %s", name)
		}
	}
}

// foldersOf lists a folder and all below it.
func foldersOf(t *testing.T, top string) (folders []string) {
	t.Helper()
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// casesIn returns the cases that the tests of a folder name, and where it is a suite, its claims.
func casesIn(t *testing.T, folder string, suite bool) (names []string) {
	t.Helper()
	pattern := "*_test.go"
	if suite {
		pattern = "*.go"
	}
	paths, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	var trees []*ast.File
	for _, path := range paths {
		tree, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	claims := claimsOf(trees)
	for _, tree := range trees {
		names = append(names, casesOf(tree, claims)...)
	}
	return names
}

// claimsOf returns the names of all functions that stand behind a sentence: {"sentence", function}.
func claimsOf(trees []*ast.File) map[string]bool {
	claims := map[string]bool{}
	for _, tree := range trees {
		for node := range ast.Preorder(tree) {
			row, ok := node.(*ast.CompositeLit)
			if !ok || len(row.Elts) != 2 {
				continue
			}
			sentence, isText := row.Elts[0].(*ast.BasicLit)
			function, isName := row.Elts[1].(*ast.Ident)
			if isText && isName && sentence.Kind == token.STRING {
				claims[function.Name] = true
			}
		}
	}
	return claims
}

var caseName = regexp.MustCompile(`\b[A-Z]{2}-\d\d\b`)

// casesOf returns the cases that a file names directly above a test or a claim, or in a table.
func casesOf(tree *ast.File, claims map[string]bool) (names []string) {
	for node := range ast.Preorder(tree) {
		switch n := node.(type) {
		case *ast.FuncDecl:
			test := strings.HasPrefix(n.Name.Name, "Test") || strings.HasPrefix(n.Name.Name, "Fuzz")
			if n.Recv == nil && (test || claims[n.Name.Name]) {
				names = append(names, casesInText(n.Doc)...)
			}
		case *ast.CompositeLit:
			names = append(names, casesInTable(tree, n)...)
		}
	}
	return names
}

func casesInTable(tree *ast.File, table *ast.CompositeLit) (names []string) {
	for _, comment := range tree.Comments {
		if table.Lbrace < comment.Pos() && comment.End() < table.Rbrace {
			names = append(names, casesInText(comment)...)
		}
	}
	return names
}

func casesInText(comment *ast.CommentGroup) []string {
	return caseName.FindAllString(comment.Text(), -1)
}

// A case that only a comment somewhere else names is not covered.
func TestOnlyTestsClaimsAndTablesCover(t *testing.T) {
	const source = `package p

// AA-01 above what is no test.
func helper() {}

// AA-02 above a test.
func TestIt(t *testing.T) {
	// AA-03 inside of one.
	for range []int{
		1, // AA-04 in a table
	} {
	}
}

var claims = []claim{{"it holds", holds}, {"so does this", 2}}

// AA-05 above a claim.
func holds() {}

// AA-06 above a method of its name.
func (c claim) holds() {}

// AA-07, detached.

func TestMore(t *testing.T) {}
`
	tree, err := parser.ParseFile(token.NewFileSet(), "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(casesOf(tree, claimsOf([]*ast.File{tree})), " ")
	if got != "AA-02 AA-04 AA-05" {
		t.Errorf("covered: %s", got)
	}
}
