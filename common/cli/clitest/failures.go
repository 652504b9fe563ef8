package clitest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorgonia-lectures/common/cli"
)

// marked is standard output that calls do once, when the mark is in it.
type marked struct {
	text bytes.Buffer
	mark string
	do   func()
}

func (w *marked) Write(text []byte) (int, error) {
	n, err := w.text.Write(text)
	if do := w.do; do != nil && strings.Contains(w.text.String(), w.mark) {
		w.do = nil
		do()
	}
	return n, err
}

// until runs the program and calls do when it has printed the mark.
func (p Program) until(ctx context.Context, mark string, do func(), args []string) (code int, stdout, stderr string) {
	var errs bytes.Buffer
	out := &marked{mark: mark, do: do}
	code = cli.Execute(ctx, p.Name, p.Defaults, p.Run, args, out, &errs)
	return code, out.text.String(), errs.String()
}

// Unwritable wants that a run which cannot write every second one of its files writes the others, prints the same, has
// a line on standard error for each of those that fail, and exit code 1.
func (p Program) Unwritable(t *testing.T, args ...string) {
	t.Helper()
	whole := t.TempDir()
	args = append(args, "-seed", "3")
	printed := answers(p.Finish(t, whole, args...), whole)
	all := slices.DeleteFunc(Files(t, whole), func(name string) bool { return filepath.Ext(name) == ".h5" })
	for first := range min(2, len(all)) {
		out, blocked := t.TempDir(), []string{}
		for i := first; i < len(all); i += 2 {
			blocked = append(blocked, all[i])
			if err := os.MkdirAll(filepath.Join(out, all[i], "in the way"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		code, stdout, stderr := p.Start(t.Context(), out, args...)
		if got := answers(stdout, out); code != 1 || got != printed {
			t.Errorf("without %v: exit code %d, printed\n%s\nwant 1 and\n%s", blocked, code, got, printed)
		}
		Lines(t, stderr, len(blocked))
		for _, name := range all {
			info, err := os.Stat(filepath.Join(out, name))
			if err != nil || info.IsDir() != slices.Contains(blocked, name) {
				t.Errorf("without %v: %s: %v", blocked, name, err)
			}
			if slices.Contains(blocked, name) {
				Contains(t, stderr, filepath.Join(out, name)+": a folder, want a file")
			}
		}
	}
}

// Lines wants a number of lines on standard error.
func Lines(t testing.TB, stderr string, want int) {
	t.Helper()
	if got := strings.Count(stderr, "\n"); got != want {
		t.Errorf("%d lines on standard error, want %d:\n%s", got, want, stderr)
	}
}

// answers is what a run prints but for its epochs and files.
func answers(stdout, out string) string {
	var text strings.Builder
	for line := range strings.Lines(stdout) {
		if !strings.HasPrefix(line, "Epoch ") && !strings.HasPrefix(line, "wrote ") {
			text.WriteString(strings.ReplaceAll(line, out, "OUT"))
		}
	}
	return text.String()
}

// KeepsTheNet wants that a net whose folder vanishes in training is saved beside the run's other files, or, if these
// have no folder either, in that for temporary files; it is the same net, and a line says where it is.
func (p Program) KeepsTheNet(t *testing.T, args ...string) {
	t.Helper()
	args = append(args, "-no-pictures", "-epochs", "2")
	whole := t.TempDir()
	want := filepath.Join(whole, "net.h5")
	p.Finish(t, whole, append(args, "-save", want)...)
	for _, gone := range []string{"save", "out"} {
		t.Run(gone, func(t *testing.T) {
			dir, temporary := t.TempDir(), t.TempDir()
			for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
				t.Setenv(name, temporary)
			}
			save, out := filepath.Join(dir, "save"), filepath.Join(dir, "save", "out")
			if gone == "save" {
				out = filepath.Join(dir, "out")
			}
			if err := os.Mkdir(save, 0o755); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := p.until(t.Context(), "Epoch ", func() {
				if err := os.RemoveAll(save); err != nil {
					t.Error(err)
				}
			}, append(args, "-out", out, "-save", filepath.Join(save, "net.h5")))
			kept, err := filepath.Glob(filepath.Join(temporary, p.Name+"-*", "net.h5"))
			if gone == "save" {
				Lines(t, stderr, 1)
				Contains(t, stdout, filepath.Join(out, "history.csv"), filepath.Join(out, "run.json"))
				kept, err = append(kept, filepath.Join(out, "net.h5")), nil
			} else {
				Lines(t, stderr, 3) // with history.csv and run.json
			}
			if code != 1 || err != nil || len(kept) != 1 {
				t.Fatalf("exit code %d, kept %v (%v), want 1 and one net", code, kept, err)
			}
			Contains(t, stderr, filepath.Join(save, "net.h5"), "the net is in "+kept[0])
			if Content(t, kept[0]) != Content(t, want) {
				t.Error("the net is another one")
			}
		})
	}
}

// InterruptedDrawing wants that an interrupt, when the program has printed the mark, ends it with exit code 130 before
// it draws more, and leaves these files, in alphabetical order.
func (p Program) InterruptedDrawing(t *testing.T, mark string, files []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var start time.Time
	stop := func() {
		start = time.Now()
		cancel()
	}
	out := t.TempDir()
	code, stdout, stderr := p.until(ctx, mark, stop, append([]string{"-out", out}, args...))
	took := time.Since(start)
	if code != 130 || stderr != p.Name+": interrupted\n" {
		t.Errorf("exit code %d, standard error %q, want 130 and one word; it printed\n%s", code, stderr, stdout)
	}
	if got := Files(t, out); !slices.Equal(got, files) {
		t.Errorf("left %v, want %v", got, files)
	}
	if took > patience {
		t.Errorf("it ends after %v", took)
	}
	t.Logf("it ends after %v", took)
}
