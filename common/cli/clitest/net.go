package clitest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/show"
)

// SaveAndLoad wants of a program that trains a net, with args for all of its runs:
//
//   - the same seed saves the same bytes, another seed others;
//   - two epochs, and one, saved as .h5 or as .keras, loaded and one more, save the same bytes;
//   - -load with -epochs 0 saves what it loaded and leaves no history, and ends with the same lines;
//   - half a file and none end in a line that names it.
func (p Program) SaveAndLoad(t *testing.T, args ...string) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name+".h5") }
	run := func(name string, more ...string) (stdout string) {
		t.Helper()
		more = append([]string{"-no-pictures", "-save", file(name)}, more...)
		return p.Finish(t, filepath.Join(dir, name), append(more, args...)...)
	}
	same := func(a, b string) bool { return Content(t, file(a)) == Content(t, file(b)) }
	run("two", "-epochs", "2")
	run("again", "-epochs", "2")
	run("other", "-epochs", "2", "-seed", "5")
	if !same("two", "again") || same("two", "other") {
		t.Error("want the same net for the same seed, and another one for another seed")
	}
	run("one", "-epochs", "1")
	first := run("onemore", "-epochs", "1", "-load", file("one"))
	if !same("two", "onemore") {
		t.Error("two epochs and one and one give different nets")
	}
	archive := filepath.Join(dir, "one.keras")
	run("archive", "-epochs", "0", "-load", file("one"), "-save", archive)
	run("archivemore", "-epochs", "1", "-load", archive)
	if !same("two", "archivemore") {
		t.Error("two epochs and one and one after a .keras file give different nets")
	}
	second := run("none", "-epochs", "0", "-load", file("two"))
	if !same("two", "none") {
		t.Error("-epochs 0 changed the net")
	}
	if a, b := lastLine(first), lastLine(second); a != b {
		t.Errorf("after one epoch and one more the last line is %q, after none %q", a, b)
	}
	if _, err := os.Stat(filepath.Join(dir, "none", "history.csv")); err == nil {
		t.Error("-epochs 0 left a history")
	}
	run("rate", "-epochs", "1", "-load", file("one"), "-lr", "0.0001")
	run("seed", "-epochs", "1", "-load", file("one"), "-seed", "5")
	if same("rate", "two") || same("seed", "two") {
		t.Error("-lr and -seed change nothing after -load")
	}

	whole := Content(t, file("two"))
	Write(t, file("half"), whole[:len(whole)/2])
	for _, name := range []string{"half", "gone"} {
		p.Failure(t, append([]string{"-no-pictures", "-load", file(name)}, args...), "load "+file(name))
	}
}

// lastLine is the last one that is about the net, not about a file or a flag.
func lastLine(stdout string) (last string) {
	for line := range strings.Lines(stdout) {
		if !strings.Contains(line, "go run ") && !strings.HasPrefix(line, "wrote ") {
			last = line
		}
	}
	return last
}

// Predicts trains a net for an epoch with args, and returns what the program prints for inputs.
func (p Program) Predicts(t *testing.T, args []string, flags []string, inputs ...string) (stdout string) {
	t.Helper()
	net := filepath.Join(t.TempDir(), "net.h5")
	p.Finish(t, t.TempDir(), append([]string{"-no-pictures", "-quiet", "-epochs", "1", "-save", net}, args...)...)
	line := append([]string{"-load", net, "-predict"}, flags...)
	return p.Main(t, append(line, inputs...)...)
}

// Loads wants of a net in a file of -load, with args for all runs, that
//
//   - -epochs 0 evaluates it, and -epochs 2 trains on;
//   - one epoch with -checkpoint and one more with -resume end with the same net as two;
//   - the page of -live answers the question, and shows whole pictures.
//
// It returns the answer to the question.
func (p Program) Loads(t *testing.T, net, question string, args ...string) (answer show.Answer) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	args = append([]string{"-no-pictures", "-load", net}, args...)
	p.Finish(t, file("none"), append(args, "-epochs", "0")...)
	p.Finish(t, file("whole"), append(args, "-epochs", "2", "-save", file("whole/net.h5"))...)
	p.Finish(t, file("half"), append(args, "-epochs", "1", "-checkpoint", file("run.h5"))...)
	p.Finish(t, file("rest"), "-resume", file("run.h5"), "-epochs", "2", "-save", file("rest/net.h5"))
	SameRun(t, file("whole"), file("rest"))
	for _, epochs := range []string{"2", "0"} {
		v := p.Watch(t, append(args, "-epochs", epochs)...)
		v.Press(`{"action": "speed", "speed": 0}`)
		v.State("done")
		answer = v.Ask(question)
		v.Ends("done")
	}
	return answer
}
