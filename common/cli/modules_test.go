package cli

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README names each module of go.mod, and its table no other: a module that we import stands in the table, with its
// licence and what it is for.
func TestReadmeHasEveryModule(t *testing.T) {
	content := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	_, section, _ := strings.Cut(content("README.md"), "## Libraries and data")
	word := regexp.MustCompile(`[\w-]+`)
	var table []string
	rows := regexp.MustCompile(`(?m)^\| ([^|]+/[^|]*) \| [^|]+ \| [^|]+ \|$`)
	for _, row := range rows.FindAllStringSubmatch(section, -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			table = append(table, bare(name))
		}
	}
	var direct []string
	required := regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v\S+( // indirect)?`)
	for _, m := range required.FindAllStringSubmatch(content("go.mod"), -1) {
		name := bare(m[1])
		if m[2] == "" {
			direct = append(direct, name)
		} else if !slices.Contains(word.FindAllString(section, -1), name) {
			t.Errorf("the README does not name %s", m[1])
		}
	}
	slices.Sort(table)
	slices.Sort(direct)
	if len(direct) < 5 || !slices.Equal(table, direct) {
		t.Errorf("the README's table has the modules\n%v\ngo.mod requires\n%v", table, direct)
	}
}

// bare is the last part of a module's name that is no version.
func bare(module string) string {
	if base := path.Base(module); regexp.MustCompile(`^v\d+$`).MatchString(base) {
		module = path.Dir(module)
	}
	return path.Base(module)
}
