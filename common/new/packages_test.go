package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The table in common/README.md has each package, with a link to its examples if it has some, or to another file.
func TestReadmeHasEveryPackage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var listed, packages []string
	rows := regexp.MustCompile(`(?m)^\| \[(\w+)\]\((\w+)\) \| .+ \| \[.+\]\((.+)\) \|`)
	for _, row := range rows.FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, row[1])
		examples := row[1] + "/example_test.go"
		if _, err := os.Stat(filepath.Join("..", examples)); row[2] != row[1] || err == nil && row[3] != examples {
			t.Errorf("%s: links to %s and %s", row[1], row[2], row[3])
		}
		content, err := os.ReadFile(filepath.Join("..", row[3]))
		if err != nil {
			t.Error(err)
		}
		imported := strings.Contains(string(content), `"gorgonia-lectures/common/`+row[1]+`"`)
		if strings.Contains(row[0], "[used in ") && !imported {
			t.Errorf("%s is not used in %s", row[1], row[3])
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		packages = append(packages, filepath.Base(filepath.Dir(f)))
	}
	slices.Sort(packages)
	slices.Sort(listed)
	if packages = slices.Compact(packages); !slices.Equal(listed, packages) {
		t.Errorf("the README lists\n%v\nthe packages are\n%v", listed, packages)
	}
}
