package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// begun runs the command for a folder and returns it.
func begun(t *testing.T, folder string) string {
	t.Helper()
	var stdout strings.Builder
	if err := run([]string{folder}, &stdout); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stdout.String(), "main.go, go.mod and go.sum") {
		t.Errorf("it prints %q", stdout.String())
	}
	return folder
}

// goRun runs the program in a folder without a network, and returns what it prints.
func goRun(t *testing.T, folder string) string {
	t.Helper()
	cmd := exec.Command("go", "run", ".")
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s", err, out)
	}
	return string(out)
}

// names lists the entries of a folder; none if there is no folder.
func names(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// The new program runs without a change, in a folder whose name is not a valid module path.
func TestRunsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a program")
	}
	folder := begun(t, filepath.Join(t.TempDir(), "my 신경망"))
	if out := goRun(t, folder); !regexp.MustCompile(`^loss 0\.\d{4}, \S+ % of the test flowers right\n$`).MatchString(out) {
		t.Errorf("it prints %q", out)
	}
	if got := names(t, folder); got != "curves.png go.mod go.sum main.go" {
		t.Errorf("there are %s", got)
	}
}

// The program in the README prints the comment beside its last statement. Its folder existed and was empty.
func TestProgramOfTheReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a program")
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(readme), "\r\n", "\n")
	_, text, found := strings.Cut(text, "\n```go\n")
	text, _, ended := strings.Cut(text, "```\n")
	_, want, commented := strings.Cut(text, "model.Float64s(out)) // ")
	want, _, _ = strings.Cut(want, "\n")
	if !found || !ended || !commented {
		t.Fatalf("the README has no Go program with its output, but\n%s", text)
	}
	folder := begun(t, t.TempDir())
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := goRun(t, folder); got != want+"\n" {
		t.Errorf("it prints %q, want %q", got, want)
	}
}

func TestHelp(t *testing.T) {
	var stdout strings.Builder
	if err := run([]string{"-h"}, &stdout); err != nil || stdout.String() != usage {
		t.Errorf("%v, %q", err, stdout.String())
	}
}

// A refused folder stays unchanged.
func TestRefused(t *testing.T) {
	root, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	there := t.TempDir()
	notes := filepath.Join(there, "notes.txt")
	if err := os.WriteFile(notes, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused := func(facts []string, args ...string) {
		t.Helper()
		var stdout strings.Builder
		err := run(args, &stdout)
		if err != nil {
			wording.Check(t, err, facts...)
		}
		if err == nil || stdout.Len() > 0 {
			t.Errorf("%q: error %v, printed %q", args, err, stdout.String())
		}
	}
	refused([]string{"FOLDER", "../mynet"})
	refused([]string{"2 arguments", "one FOLDER"}, "a", "b")
	refused([]string{`""`, "repository"}, "")
	refused([]string{"-x", "FOLDER"}, "-x")
	refused([]string{there, "notes.txt", "empty"}, there)
	refused([]string{notes, "a file", "folder"}, notes)
	refused([]string{filepath.Join(there, "none")}, filepath.Join(there, "none", "mynet"))
	refused([]string{"mine", "repository"}, "mine")
	refused([]string{"..", "repository"}, "..")
	if got := names(t, there); got != "notes.txt" {
		t.Errorf("there are %s, want notes.txt", got)
	}
	if got, err := os.ReadFile(notes); err != nil || string(got) != "mine" {
		t.Errorf("the file has %q (%v)", got, err)
	}
	if got := names(t, "mine"); got != "" {
		t.Errorf("there are %s in the repository", got)
	}
	if runtime.GOOS != "windows" { // where links need a privilege
		link := filepath.Join(there, "link")
		if err := os.Symlink(root, link); err != nil {
			t.Fatal(err)
		}
		err := run([]string{filepath.Join(link, "mine")}, new(strings.Builder))
		if err == nil || !strings.Contains(err.Error(), "repository") {
			t.Errorf("through a link: %v", err)
		}
	}
}

// Outside the repository the command is an error.
func TestElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	wording.Check(t, run([]string{"mynet"}, new(strings.Builder)), suite, "repository")
	if got := names(t, "."); got != "" {
		t.Errorf("there are %s", got)
	}
}

// If a file cannot be written, the others are removed; a folder that existed stays.
func TestNothingHalf(t *testing.T) {
	files := []content{{"go.mod", nil}, {filepath.Join("none", "main.go"), nil}}
	empty, fresh := t.TempDir(), filepath.Join(t.TempDir(), "fresh")
	for _, folder := range []string{empty, fresh} {
		wording.Check(t, write(folder, files), "main.go")
		if got := names(t, folder); got != "" {
			t.Errorf("there are %s", got)
		}
	}
	if _, err := os.Stat(empty); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(fresh); !os.IsNotExist(err) {
		t.Errorf("%v, want no folder", err)
	}
}
