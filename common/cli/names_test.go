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
		path, out := filepath.Join(t.TempDir(), name), t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		p := &toy{hook: at(2, 1, cancel)}
		code, _, stderr := p.program().Start(ctx, out, "-no-pictures", "-checkpoint", path)
		line := strings.TrimSuffix(stderr, "\n")
		for line := range strings.Lines(stderr) {
			hostile.Line(t, strings.TrimSuffix(line, "\n"), 2000+4*len(path))
		}
		info, err := os.Stat(path)
		_, word, found := strings.Cut(line, "resume with go run ./toy -resume ")
		kept := err == nil && info.Mode().IsRegular()
		if found != (code == 130) || kept && !found {
			t.Errorf("%q: exit code %d and %q, want a command if the run was interrupted", path, code, line)
		}
		if !kept { // the system refuses the name
			path = filepath.Join(out, "checkpoint.h5")
		}
		if found && pasted(t, word) != path {
			t.Errorf("the command has %s, which is %q, want %q", word, pasted(t, word), path)
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
