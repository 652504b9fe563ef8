package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/hostile"
)

func TestNames(t *testing.T) {
	short := []string{"-epochs", "1", "-no-pictures"}
	new(toy).program().Names(t, short, short...)
}

// The command that resumes an interrupted run can be pasted: it has all of the file's name.
func TestNameInCommand(t *testing.T) {
	for _, name := range append([]string{"net.h5", "my net.h5", "그물.h5", "it's.h5"}, hostile.Names...) {
		path := filepath.Join(t.TempDir(), name)
		ctx, cancel := context.WithCancel(t.Context())
		p := &toy{hook: at(2, 1, cancel)}
		code, _, stderr := p.program().Start(ctx, t.TempDir(), "-no-pictures", "-checkpoint", path)
		line := strings.TrimSuffix(stderr, "\n")
		for line := range strings.Lines(stderr) {
			hostile.Line(t, strings.TrimSuffix(line, "\n"), 2000+4*len(path))
		}
		info, err := os.Stat(path)
		_, word, found := strings.Cut(line, "resume with go run ./toy -resume ")
		if kept := err == nil && info.Mode().IsRegular(); found != kept || code == 0 {
			t.Errorf("%q: exit code %d and %q, want a command if the file is there: %t", path, code, line, kept)
		}
		if found && pasted(t, word) != path {
			t.Errorf("%q: the command has %s, which is %q", path, word, pasted(t, word))
		}
	}
}

// pasted is what a shell makes of a word.
func pasted(t *testing.T, word string) string {
	t.Helper()
	if octal, ok := strings.CutPrefix(word, "$'"); ok { // as in Go, but for double quotes
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.TrimSuffix(octal, "'"), `"`, `\"`) + `"`)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	return strings.ReplaceAll(strings.Trim(strings.ReplaceAll(word, `'\''`, "\x00"), `'"`), "\x00", "'")
}
