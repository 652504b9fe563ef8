//go:build lecture

package lecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// class is the folder in which the commands of the texts run one after another, as in a new clone of the repository.
type class struct {
	folder   string
	programs string // the folder of the built programs
	printed  map[string][]string
}

func newClass(t *testing.T) *class {
	t.Helper()
	c := &class{t.TempDir(), t.TempDir(), map[string][]string{}}
	build := exec.Command("go", "build", "-o", c.programs+string(filepath.Separator),
		"./linreg", "./xor", "./iris", "./mnistmlp", "./mnistcnn", "./scratch")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return c
}

// run returns the lines that a command prints. A command that is quoted several times runs once.
func (c *class) run(t *testing.T, command string) []string {
	t.Helper()
	if printed, ok := c.printed[command]; ok {
		return printed
	}
	args := strings.Fields(command)
	if len(args) < 3 || args[0] != "go" {
		t.Fatalf("%s: want go run ./PROGRAM or go test", command)
	}
	var cmd *exec.Cmd
	if args[1] == "run" { // run it in the folder, with copies of the files that it names
		cmd = exec.Command(filepath.Join(c.programs, filepath.Base(args[2])), args[3:]...)
		cmd.Dir, cmd.Env = c.folder, append(os.Environ(), "LC_ALL=C") // the texts quote what is printed in English
		for _, file := range args[3:] {
			if content, err := os.ReadFile(filepath.Join(root, file)); err == nil {
				c.put(t, file, content)
			}
		}
	} else {
		cmd = exec.Command("go", args[1:]...)
		cmd.Dir = root
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, out, stderr.String())
	}
	t.Logf("%s: %.1f s", command, time.Since(start).Seconds())
	c.printed[command] = lines(strings.ReplaceAll(string(out), "\r\n", "\n"))
	return c.printed[command]
}

// put writes a file into the folder, unless a command has written it.
func (c *class) put(t *testing.T, file string, content []byte) {
	t.Helper()
	path := filepath.Join(c.folder, file)
	if _, err := os.Stat(path); err == nil {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// duration matches times, which differ from run to run.
var duration = regexp.MustCompile(`\b(\d+h)?(\d+m)?\d+(\.\d+)?(ms|s)\b`)

// missing returns the first part of the quote, up to a "...", that is not in the printed lines after the parts before
// it; nil if all are there.
func missing(quoted, printed []string) []string {
	printed = slices.Clone(printed)
	for i := range printed {
		printed[i] = duration.ReplaceAllString(printed[i], "TIME")
	}
	free := false // after a "...": lines may be left out
	for len(quoted) > 0 {
		if quoted[0] == "..." {
			free, quoted = true, quoted[1:]
			continue
		}
		part := quoted
		if i := slices.Index(quoted, "..."); i >= 0 {
			part = quoted[:i]
		}
		quoted = quoted[len(part):]
		last := len(printed) - len(part) // the last index at which the part fits
		first := 0
		if len(quoted) == 0 { // no "..." follows, so the part must end the output
			first = last
		}
		if !free {
			last = min(first, last)
		}
		for first >= 0 && first <= last && !same(part, printed[first:]) {
			first++
		}
		if first < 0 || first > last || !free && first > 0 {
			return part
		}
		free, printed = false, printed[first+len(part):]
	}
	if !free && len(printed) > 0 {
		return []string{"the end of the output"}
	}
	return nil
}

// same reports whether the printed lines begin with the quoted ones.
func same(quoted, printed []string) bool {
	for i, line := range quoted {
		if duration.ReplaceAllString(line, "TIME") != printed[i] {
			return false
		}
	}
	return true
}

func TestMissing(t *testing.T) {
	printed := []string{"a", "b 12ms", "c", "b 1.5s", "d"}
	for _, c := range []struct {
		quoted, want string
	}{
		{"a|b 1ms|c|b 2s|d", ""},
		{"a|...", ""},
		{"...|d", ""},
		{"...|b 9s|d", ""},
		{"...|c|...", ""},
		{"a|...|c|...|d", ""},
		{"...|b 1s|c|...", ""},
		{"a|b 1s", "a|b 1s"},
		{"a|c|...", "a|c"},
		{"b 1s|...", "b 1s"},
		{"...|c|a|...", "c|a"},
		{"...|c|...|a|...", "a"},
		{"...|c", "c"},
		{"a|b 1s|c|b 1s|d|e", "a|b 1s|c|b 1s|d|e"},
		{"...|a|b 1s|c|b 1s|d|e", "a|b 1s|c|b 1s|d|e"},
	} {
		if got := strings.Join(missing(strings.Split(c.quoted, "|"), printed), "|"); got != c.want {
			t.Errorf("%s: %q is missing, want %q", c.quoted, got, c.want)
		}
	}
}

// Every command of the texts prints the quoted output, except for durations. The numbers are those of amd64 with AVX2
// or AVX-512. The picture of the graph has the nodes of the written graph.
func TestCommands(t *testing.T) {
	c := newClass(t)
	for _, text := range texts {
		for _, q := range quotes(t, text) {
			printed := c.run(t, q.Command)
			if part := missing(q.Output, printed); part != nil {
				t.Errorf("%s: %s does not print\n%s\nit prints\n%s", text, q.Command,
					strings.Join(part, "\n"), strings.Join(printed, "\n"))
			}
		}
	}
	picture := regexp.MustCompile(`<text [^>]*>([^<]*)</text>`)
	var drawn, written []string
	for _, label := range picture.FindAllStringSubmatch(read(t, "graph.svg"), -1) {
		drawn = append(drawn, label[1])
	}
	for _, label := range regexp.MustCompile(`label="([^"]*)"`).FindAllStringSubmatch(read(t, filepath.Join(c.folder, "xor.dot")), -1) {
		written = append(written, strings.Split(label[1], `\n`)...)
	}
	slices.Sort(drawn)
	slices.Sort(written)
	if len(written) == 0 || !slices.Equal(drawn, written) {
		t.Errorf("graph.svg has %q, xor.dot %q: draw it with dot -Tsvg", drawn, written)
	}
}
