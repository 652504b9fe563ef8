package clitest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/hostile"
)

// most is how many letters a line of a program has that shows names of files, without a command to paste.
const most = 2000

// nameLines are command lines with a name that breaks a line, or is long, in the place of NAME. GOOD is a saved net.
var nameLines = []string{
	"-out NAME", "-save NAME", "-checkpoint NAME", "-graph NAME.dot", "-graph NAME.png", "-checkpoint NAME -save NAME",
	"-load NAME", "-resume NAME", "-data NAME", "-stream -data NAME", "-live -live-addr NAME:0", "-live -live-addr NAME",
	"-load NAME -predict x", "-load GOOD -predict NAME", "-load GOOD -predict 1,NAME", "-load GOOD -predict -json NAME",
	"-load GOOD -predict -- NAME", "-epochs NAME", "-keep NAME", "-checkpoint-every NAME", "-NAME", "NAME", "-study NAME",
}

// Names wants that what the program prints is graphic, in lines of at most 2000 letters, whatever the names of files
// are, and whether they are missing, folders, of something else, or in no folder. train are the arguments of a short
// training, args those of runs.
func (p Program) Names(t *testing.T, train []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // ends a page that could be opened
	defer cancel()
	good := filepath.Join(t.TempDir(), "good.h5")
	p.Start(ctx, t.TempDir(), append([]string{"-quiet", "-save", good}, train...)...)
	for i, name := range hostile.Names {
		if testing.Short() && i%12 > 0 || p.Defaults.MNIST && i%6 > 0 { // the other programs open the same files
			continue
		}
		// where the system refuses the name, all kinds are missing
		dir := t.TempDir()
		file, folder := filepath.Join(dir, "f", name), filepath.Join(dir, "d", name)
		_ = os.MkdirAll(filepath.Dir(file), 0o700)
		_ = os.WriteFile(file, []byte("something else"), 0o600)
		_ = os.MkdirAll(folder, 0o700)
		Write(t, filepath.Join(dir, "file"), "")
		for _, path := range []string{filepath.Join(dir, name), file, folder, filepath.Join(dir, "file", name)} {
			for _, line := range nameLines {
				var words []string
				if !strings.Contains(line, "-predict") {
					words = append([]string{"-out", filepath.Join(dir, "out")}, args...)
				}
				for _, word := range strings.Fields(line) {
					words = append(words, strings.NewReplacer("NAME", path, "GOOD", good).Replace(word))
				}
				code, stdout, stderr := p.start(ctx, words)
				if code > 1 || code == 1 && stderr == "" || stderr != "" && !strings.HasSuffix(stderr, "\n") {
					t.Errorf("%s: exit code %d and standard error %q, want 0, or 1 and lines", line, code, stderr)
				}
				for text := range strings.Lines(stderr) { // warnings and an error
					message, named := strings.CutPrefix(strings.TrimSuffix(text, "\n"), p.Name+": ")
					if !named {
						t.Errorf("%s: a line %q of standard error, want one of %s", line, text, p.Name)
					}
					hostile.Line(t, message, most)
				}
				for _, text := range strings.Split(stdout, "\n") {
					limit := most
					if strings.Contains(text, "go run ") { // a command is whole
						limit = 10 * len(path)
					}
					hostile.Line(t, text, max(limit, most))
				}
				if t.Failed() {
					t.Fatalf("%s, with NAME %.200q", line, path)
				}
			}
		}
	}
}
