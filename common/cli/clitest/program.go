// Package clitest is for the tests of programs. It runs what a main gives to cli.Main, and checks the exit code, the
// output and the files.
package clitest

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/internal/wording"
)

// Program is a program under test: what its main gives to cli.Main.
type Program struct {
	Name     string
	Defaults cli.Defaults
	Run      cli.Func
}

// Main runs the tests of a program, as wording.Main does, which is internal to common.
func Main(m *testing.M) int { return wording.Main(m) }

// Long leaves a test out of those of -short: whole trainings, or what the tests of package cli show of a small net.
func Long(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes long")
	}
}

// Start runs the program with its files in the folder out, and returns the exit code and the output.
func (p Program) Start(ctx context.Context, out string, args ...string) (code int, stdout, stderr string) {
	return p.start(ctx, append([]string{"-out", out}, args...))
}

func (p Program) start(ctx context.Context, args []string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = cli.Execute(ctx, p.Name, p.Defaults, p.Run, args, &o, &e)
	return code, o.String(), e.String()
}

// Finish is Start for a run that must end well. It returns standard output.
func (p Program) Finish(t testing.TB, out string, args ...string) string {
	t.Helper()
	return p.Main(t, append([]string{"-out", out}, args...)...)
}

// Main is Finish without -out.
func (p Program) Main(t testing.TB, args ...string) string {
	t.Helper()
	code, stdout, stderr := p.start(t.Context(), args)
	if code != 0 || stderr != "" {
		t.Fatalf("%s %v: exit code %d, standard error %q, want 0 and nothing", p.Name, args, code, stderr)
	}
	return stdout
}

// Failure runs the program with -quiet and wants exit code 1, no files, and one line on standard error: the
// program's name, and a message with the facts.
func (p Program) Failure(t testing.TB, args []string, facts ...string) {
	t.Helper()
	out := t.TempDir()
	line := []string{"-quiet"}
	if !slices.Contains(args, "-predict") { // which writes nothing
		line = append(line, "-out", out)
	}
	code, stdout, stderr := p.start(t.Context(), append(line, args...))
	message, named := strings.CutPrefix(stderr, p.Name+": ")
	if code != 1 || stdout != "" || !named || !strings.HasSuffix(message, "\n") {
		t.Errorf("%v: exit code %d, standard output %q, standard error %q, want 1, nothing and a line of %s",
			args, code, stdout, stderr, p.Name)
		return
	}
	wording.Line(t, message, facts...)
	if files := Files(t, out); len(files) > 0 {
		t.Errorf("%v: left %v, want no files", args, files)
	}
}

// Bad is a command line, of arguments separated by spaces, and then the facts that its error must name.
type Bad []string

// BadInput wants a Failure of each command line.
func (p Program) BadInput(t *testing.T, lines []Bad) {
	t.Helper()
	for _, line := range lines {
		t.Run(line[0], func(t *testing.T) { p.Failure(t, strings.Fields(line[0]), line[1:]...) })
	}
}

// Interrupted wants exit code 130 and one word on standard error when the run's context is cancelled.
func (p Program) Interrupted(t testing.TB, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, stderr := p.Start(ctx, t.TempDir(), args...)
	if want := p.Name + ": interrupted\n"; code != 130 || stderr != want {
		t.Errorf("%v: exit code %d, standard error %q, want 130 and %q", args, code, stderr, want)
	}
}

// Quiet wants that a run with -quiet and -no-pictures prints nothing and leaves just these files, in alphabetical
// order.
func (p Program) Quiet(t testing.TB, files []string, args ...string) {
	t.Helper()
	out := t.TempDir()
	if stdout := p.Finish(t, out, append([]string{"-quiet", "-no-pictures"}, args...)...); stdout != "" {
		t.Errorf("%v: -quiet printed %q", args, stdout)
	}
	if got := Files(t, out); !slices.Equal(got, files) {
		t.Errorf("%v: the run left %v, want %v", args, got, files)
	}
}

// SeedFixesTheRun wants that the same seed gives the same history.csv, but for the seconds, and another seed another.
func (p Program) SeedFixesTheRun(t testing.TB, args ...string) {
	t.Helper()
	var runs [3][][]string
	for i, seed := range []string{"7", "7", "8"} {
		out := t.TempDir()
		p.Finish(t, out, append([]string{"-no-pictures", "-seed", seed}, args...)...)
		runs[i] = Timeless(t, filepath.Join(out, "history.csv"))
	}
	same := func(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal) }
	if !same(runs[0], runs[1]) {
		t.Errorf("%v: seed 7 twice:\n%v\n%v", args, runs[0], runs[1])
	}
	if same(runs[0], runs[2]) {
		t.Errorf("%v: seeds 7 and 8 give the same history", args)
	}
}

// NotConverged wants that a run ends with the line first and with a command that trains on, whose last flags are tries.
func (p Program) NotConverged(t testing.TB, first, tries string, args ...string) {
	t.Helper()
	last, command := LastLines(t, p.Finish(t, t.TempDir(), append([]string{"-no-pictures"}, args...)...))
	start := "train on: go run ./" + p.Name + " "
	if last != first || !strings.HasPrefix(command, start) || !strings.HasSuffix(command, " "+tries) {
		t.Errorf("the run ended with\n%s\n%s\nwant %q, and a command with the last flags %q", last, command, first, tries)
	}
}

// LastLines are the last two lines of standard output.
func LastLines(t testing.TB, stdout string) (first, second string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) < 2 {
		t.Fatalf("printed %q, want two lines or more", stdout)
	}
	return lines[len(lines)-2], lines[len(lines)-1]
}

// Contains wants each of the parts in standard output.
func Contains(t testing.TB, stdout string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(stdout, part) {
			t.Errorf("no %q in:\n%s", part, stdout)
		}
	}
}
