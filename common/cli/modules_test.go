package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// required gives the modules of go.mod, and whether go.mod calls them indirect.
func required(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v\S+( // indirect)?`).FindAllStringSubmatch(string(text), -1) {
		modules[match[1]] = match[2] != ""
	}
	if _, ok := modules["gorgonia.org/gorgonia"]; !ok {
		t.Fatalf("go.mod requires %v, want Gorgonia too", modules)
	}
	return modules
}

// The README says of every module of go.mod, and of no other, what it is for: of one that we import in a row
// of its own, of the others together with those that the same module brings.
func TestReadmeHasEveryModule(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "## What it is built on")
	_, rows, table := strings.Cut(section, "| --- | --- | --- |")
	rows, _, end := strings.Cut(rows, "Data: ")
	if !ok || !table || !end {
		t.Fatal("the README has no table of modules")
	}
	modules, seen := required(t), map[string]bool{}
	for row := range strings.Lines(strings.TrimSpace(rows)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		if len(cells) != 3 || strings.TrimSpace(cells[1]) == "" || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("%q, want modules, licences and what they are for", row)
			continue
		}
		names := strings.Split(strings.TrimSpace(cells[0]), ", ")
		for _, name := range names {
			indirect, ok := modules[name]
			switch {
			case !ok:
				t.Errorf("the README has %q, which go.mod does not require", name)
			case seen[name]:
				t.Errorf("the README has %s twice", name)
			case !indirect && len(names) > 1:
				t.Errorf("the README has %s with others, want a row of its own", name)
			}
			seen[name] = true
		}
	}
	for name := range modules {
		if !seen[name] {
			t.Errorf("the README does not say what %s is for", name)
		}
	}
}
