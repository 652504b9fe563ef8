package lang

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// printing lists the folders of the packages that print translated text.
var printing = []string{"../../linreg", "../../xor", "../../iris", "../../mnistmlp", "../../mnistcnn", "../../scratch",
	"../cli", "../cli/internal/flags", "../dataset", "../progress", "../show", "../study"}

// printers are the names of functions whose first argument is a format.
var printers = []string{"Printf", "Sprintf", "Messagef", "print", "line", "printf"}

// word matches a format that has a word to translate.
var word = regexp.MustCompile(`[A-Za-z]{3}`)

// texts returns the texts of a package that need a translation, each with its position: the formats of printers, the
// usage texts of flags and all constants of type Word. It adds every constant string to all, because some strings
// become a Word only when they are printed.
func texts(t *testing.T, folder string, all map[string]bool) map[string]string {
	t.Helper()
	found := map[string]string{}
	files := token.NewFileSet()
	syntax := parse(t, files, folder)
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: only{ours(t)}, Error: func(error) {}} // most imports are empty
	_, _ = config.Check(folder, files, syntax, &info)
	note := func(e ast.Expr) {
		if value := info.Types[e].Value; value != nil && value.Kind() == constant.String {
			if text := constant.StringVal(value); word.MatchString(verb.ReplaceAllString(text, "")) {
				found[text] = files.Position(e.Pos()).String()
			}
		}
	}
	for _, file := range syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && calls(call, printers) {
				note(call.Args[0])
			} else if ok && calls(call, uses) {
				for _, arg := range call.Args {
					if value := info.Types[arg].Value; value != nil && strings.Contains(value.String(), " ") {
						note(arg)
					}
				}
			}
			if n, ok := n.(ast.Expr); ok {
				if value := info.Types[n].Value; value != nil && value.Kind() == constant.String {
					all[constant.StringVal(value)] = true
				}
				if of := info.Types[n].Type; of != nil && of.String() == "gorgonia-lectures/common/lang.Word" {
					note(n)
				}
			}
			return true
		})
	}
	return found
}

// calls reports whether a call has arguments and is of a function with one of the names, except of package fmt: it
// formats errors, files and pictures, which are English.
func calls(call *ast.CallExpr, names []string) bool {
	name := ""
	switch of := call.Fun.(type) {
	case *ast.Ident:
		name = of.Name
	case *ast.SelectorExpr:
		if from, ok := of.X.(*ast.Ident); ok && from.Name == "fmt" {
			return false
		}
		name = of.Sel.Name
	}
	return len(call.Args) > 0 && slices.Contains(names, name)
}

func parse(t *testing.T, files *token.FileSet, folder string) (list []*ast.File) {
	t.Helper()
	names, err := fs.Glob(os.DirFS(folder), "*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, error %v", folder, len(names), err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, file)
	}
	return list
}

// ours is package lang, for type-checking packages that import it.
func ours(t *testing.T) *types.Package {
	t.Helper()
	files := token.NewFileSet()
	config := types.Config{Importer: only{}, Error: func(error) {}}
	p, _ := config.Check("gorgonia-lectures/common/lang", files, parse(t, files, "."), nil)
	return p
}

// only is an importer of one package; all others are empty.
type only struct{ known *types.Package }

func (o only) Import(path string) (*types.Package, error) {
	if o.known != nil && path == o.known.Path() {
		return o.known, nil
	}
	p := types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
	p.MarkComplete()
	return p, nil
}

// uses are the names of functions that take the usage text of a flag.
var uses = []string{"Offer", "Bool", "String", "Int", "Count", "Float64", "Between"}

// verb matches a verb of package fmt with its flags, width, precision and argument index.
var verb = regexp.MustCompile(`%[-+# 0]*(\*|\d+)?(\.\d+)?(\[\d+\])?[a-zA-Z%]`)

// verbs returns the verbs of a format by argument index, without their widths.
func verbs(format string) map[int]string {
	list := map[int]string{}
	next := 1
	for _, v := range verb.FindAllStringSubmatch(format, -1) {
		letter := v[0][len(v[0])-1:]
		if letter == "%" {
			continue
		}
		if v[3] != "" {
			fmt.Sscanf(v[3], "[%d]", &next)
		}
		if v[1] == "*" {
			list[next] = "*"
			next++
		}
		list[next] = v[2] + letter
		next++
	}
	return list
}

// Every line of ko.po is of a form that catalog supports.
func TestCatalogIsRead(t *testing.T) {
	wanted := regexp.MustCompile(`^(#.*|(msgid |msgstr )?"([^"\\]|\\[n"\\])*")?$`)
	for i, line := range strings.Split(strings.ReplaceAll(ko, "\r\n", "\n"), "\n") {
		if !wanted.MatchString(line) {
			t.Errorf("ko.po, line %d: %s", i+1, line)
		}
	}
	if texts := strings.Count(ko, "msgid ") - 1; texts != len(korean()) {
		t.Errorf("ko.po has %d texts, of which %d differ", texts, len(korean()))
	}
	const po = "# a \"comment\"\n\nmsgid \"\"\nmsgstr \"head\"\r\n\r\nmsgid \"one\"\nmsgstr \"\"\n\"1\\n\"\n\"2\"\n" +
		"msgid \"\"\n\"t\\\"wo\"\nmsgstr \"3\""
	if got, want := catalog(po), map[string]string{"one": "1\n2", "t\"wo": "3"}; !maps.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestCatalogIsComplete(t *testing.T) {
	all, printed := map[string]bool{}, 0
	for _, folder := range printing {
		for text, place := range texts(t, folder, all) {
			printed++
			if _, ok := korean()[text]; !ok && !slices.Contains(same, text) {
				t.Errorf("%s: no Korean for %q", place, text)
			}
		}
	}
	for text, translated := range korean() {
		if !all[text] {
			t.Errorf("no program prints %q", text)
		}
		if of, want := verbs(translated), verbs(text); fmt.Sprint(of) != fmt.Sprint(want) {
			t.Errorf("%q has the verbs %v, want %v as %q", translated, of, want, text)
		}
		if !strings.ContainsFunc(translated, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
			t.Errorf("%q has no Korean: %q", text, translated)
		}
		if strings.HasSuffix(text, "\n") != strings.HasSuffix(translated, "\n") {
			t.Errorf("%q ends another line than %q", translated, text)
		}
	}
	if printed < 100 {
		t.Errorf("%d texts were found, want 100 or more", printed)
	}
}

// same are the words that are not translated.
var same = []string{"AND", "XOR"}

func TestVerbs(t *testing.T) {
	for _, c := range []struct{ format, want string }{
		{"no verb, 100%% of it", "map[]"},
		{"%d of %-5s, %8.4f %%", "map[1:d 2:s 3:.4f]"},
		{"%[2]d and %.4[1]f", "map[1:.4f 2:d]"},
		{"%*d %v", "map[1:* 2:d 3:v]"},
	} {
		if got := fmt.Sprint(verbs(c.format)); got != c.want {
			t.Errorf("%q has %s, want %s", c.format, got, c.want)
		}
	}
}
