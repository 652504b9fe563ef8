package live

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The page's tables have what programs give to it: in Korean what they do, the titles of their pictures, what these
// show, and the names of sliders; in both languages the flags that a visitor may change.
func TestPageHasTexts(t *testing.T) {
	page, err := files.ReadFile("page/texts.js")
	if err != nil {
		t.Fatal(err)
	}
	korean, english, found := strings.Cut(string(page), "const english = {")
	if !found {
		t.Fatal("texts.js has no table english")
	}
	tables := map[string]map[string]bool{"korean": keys(t, korean), "english": keys(t, english)}
	checked := 0
	want := func(text, place string, names ...string) {
		checked++
		for _, name := range names {
			if !tables[name][text] {
				t.Errorf("%s: %q is not in the table %s of page/texts.js", place, text, name)
			}
		}
	}
	for _, pattern := range []string{"../../*/*.go", "../show/*.go", "../cli/*.go"} {
		sources, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(sources) == 0 {
			t.Fatalf("%s: %d files (%v)", pattern, len(sources), err)
		}
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			positions := token.NewFileSet()
			file, err := parser.ParseFile(positions, source, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					if nameOf(n.Type) == "Defaults" && !slices.ContainsFunc(n.Elts, isNet) {
						return true // without a page
					}
					for _, e := range n.Elts {
						pair, ok := e.(*ast.KeyValueExpr)
						if !ok || !shownOnPage[nameOf(n.Type)+"."+nameOf(pair.Key)] {
							continue
						}
						if text, ok := literal(pair.Value); ok && words.MatchString(text) {
							want(text, positions.Position(pair.Pos()).String(), "korean")
						}
					}
				case *ast.CallExpr:
					flag := ""
					for _, arg := range n.Args {
						if text, ok := literal(arg); ok && flag == "" {
							flag = text
						}
						if call, ok := arg.(*ast.CallExpr); ok && nameOf(call.Fun) == "OnPage" {
							want(flag, positions.Position(n.Pos()).String(), "korean", "english")
						}
					}
				}
				return true
			})
		}
	}
	if checked < 20 {
		t.Errorf("%d texts were found, want 20 or more", checked)
	}
}

// shownOnPage are the fields of other packages whose texts the page shows.
var shownOnPage = map[string]bool{"Picture.Title": true, "Picture.Alt": true, "Defaults.About": true,
	"Slider.Name": true}

// words are what x1 lacks.
var words = regexp.MustCompile(`[A-Za-z]{3}`)

// isNet reports whether an element of cli.Defaults sets Net.
func isNet(e ast.Expr) bool {
	pair, ok := e.(*ast.KeyValueExpr)
	return ok && nameOf(pair.Key) == "Net"
}

// keys are those of a table in JavaScript.
func keys(t *testing.T, table string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, key := range regexp.MustCompile(`(?m)^  ("(?:[^"\\]|\\.)*"):`).FindAllStringSubmatch(table, -1) {
		text, err := strconv.Unquote(key[1])
		if err != nil {
			t.Fatalf("%s: %v", key[1], err)
		}
		all[text] = true
	}
	return all
}

// nameOf is the name of a type, a field or a function, without its package.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// literal is the value of a constant text.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		a, first := literal(e.X)
		b, second := literal(e.Y)
		return a + b, first && second
	}
	return "", false
}
