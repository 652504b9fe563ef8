package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// xor is what a small program offers.
var xor = Defaults{About: "two neurons", Epochs: 5000, Batch: 1, LearningRate: 0.1}

// start runs a program with its files in a new folder.
func start(t *testing.T, d Defaults, run Func, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	args = append([]string{"-out", filepath.Join(t.TempDir(), "out")}, args...)
	code = Execute(t.Context(), "xor", d, run, args, &out, &errs)
	return code, out.String(), errs.String()
}

func done(context.Context, *Run) error { return nil }

func TestErrorIsOneLine(t *testing.T) {
	fails := func(context.Context, *Run) error {
		return fmt.Errorf("fit: %w", errors.Join(errors.New("first\r\n\tmore"), errors.New("second\n")))
	}
	code, stdout, stderr := start(t, xor, fails)
	if want := "xor: fit: first; more; second\n"; code != 1 || stdout != "" || stderr != want {
		t.Errorf("code %d, stdout %q, stderr %q, want 1, nothing and %q", code, stdout, stderr, want)
	}
}

func TestFinishedRunExitsZero(t *testing.T) {
	code, stdout, stderr := start(t, xor, func(_ context.Context, r *Run) error {
		r.Printf("accuracy %.2f\n", 0.5)
		return nil
	})
	if code != 0 || stdout != "accuracy 0.50\n" || stderr != "" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestPanicIsNotCaught(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the panic of the program was swallowed")
		}
	}()
	start(t, xor, func(context.Context, *Run) error { panic("a mistake") })
}

func TestCancelledRunExits130(t *testing.T) {
	other := errors.New("disk full")
	for _, c := range []struct {
		name   string
		result func(context.Context) error
		code   int
		stderr string
	}{
		{"context's error", context.Context.Err, 130, "xor: interrupted\n"},
		{"wrapped", func(ctx context.Context) error { return fmt.Errorf("epoch 3: %w", ctx.Err()) }, 130, "xor: interrupted\n"},
		{"cause", context.Cause, 130, "xor: interrupted\n"},
		{"no error", func(context.Context) error { return nil }, 130, "xor: interrupted\n"},
		{"another error", func(context.Context) error { return other }, 1, "xor: disk full\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			var out, errs bytes.Buffer
			code := Execute(ctx, "xor", xor, func(ctx context.Context, _ *Run) error {
				cancel(errors.New("interrupt signal received"))
				<-ctx.Done()
				return c.result(ctx)
			}, []string{"-out", t.TempDir()}, &out, &errs)
			if code != c.code || errs.String() != c.stderr {
				t.Errorf("code %d, stderr %q, want %d, %q", code, errs.String(), c.code, c.stderr)
			}
		})
	}
}

func TestCancelledErrorWithoutInterruptFails(t *testing.T) {
	code, _, stderr := start(t, xor, func(context.Context, *Run) error { return context.Canceled })
	if code != 1 || stderr != "xor: context canceled\n" {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}

// full is a device without room.
type full struct{ writes int }

func (f *full) Write([]byte) (int, error) {
	f.writes++
	return 0, errors.New("no space left on device")
}

func TestFailedStandardOutputFails(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-out", t.TempDir()}} {
		var out full
		var errs bytes.Buffer
		code := Execute(t.Context(), "xor", xor, func(_ context.Context, r *Run) error {
			r.Printf("one\n")
			r.Printf("two\n")
			return nil
		}, args, &out, &errs)
		if code != 1 || !strings.HasSuffix(errs.String(), "no space left on device\n") ||
			strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%v: code %d, stderr %q", args, code, errs.String())
		}
		if out.writes != 1 {
			t.Errorf("%v: %d writes, want none after the failed one", args, out.writes)
		}
	}
}

func TestUnusableFolderIsFoundBeforeTheRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{file, filepath.Join(file, "below")} {
		var stdout, stderr bytes.Buffer
		code := Execute(t.Context(), "xor", xor, func(context.Context, *Run) error {
			t.Errorf("-out %s: the program ran", out)
			return nil
		}, []string{"-out", out}, &stdout, &stderr)
		text := stderr.String()
		if code != 1 || !strings.HasPrefix(text, "xor: -out "+shown(out)+": ") || strings.Count(text, "\n") != 1 {
			t.Errorf("-out %s: code %d, stderr %q", out, code, text)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "kept" {
		t.Errorf("the file in the way holds %q (%v)", text, err)
	}
}

func TestFolderIsMadeAndLeftEmpty(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a", "b")
	var stdout, stderr bytes.Buffer
	if code := Execute(t.Context(), "xor", xor, done, []string{"-out", out}, &stdout, &stderr); code != 0 {
		t.Fatalf("code %d: %s", code, &stderr)
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) != 0 {
		t.Errorf("folder holds %v (%v), want nothing", entries, err)
	}
}

func TestQuietPrintsOnlyErrors(t *testing.T) {
	run := func(_ context.Context, r *Run) error {
		r.Printf("a table\n")
		if c := r.callbacks(); len(c) != 0 {
			t.Errorf("%d callbacks, want none", len(c))
		}
		if err := r.Save("model", []byte("weights")); err != nil {
			t.Error(err)
		}
		return errors.New("not converged")
	}
	code, stdout, stderr := start(t, xor, run, "-quiet")
	if code != 1 || stdout != "" || stderr != "xor: not converged\n" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestZeroRunPrintsNothing(t *testing.T) {
	var r Run
	r.Printf("%d\n", 1)
}

func TestCommandKeepsWhatWasGiven(t *testing.T) {
	d := xor
	var plain bool
	d.Flags = func(f *Flags) { f.Bool(&plain, "plain", "use stock Gorgonia") }
	out := filepath.Join(t.TempDir(), "my runs")
	var got []string
	run := func(_ context.Context, r *Run) error {
		got = []string{r.Command(), r.Command("-epochs 20000", "-seed 2"), r.Command("-quiet", "-plain=false")}
		return nil
	}
	args := []string{"-epochs=3", "-plain", "-quiet=false", "-out", out}
	var stdout, stderr bytes.Buffer
	if code := Execute(t.Context(), "xor", d, run, args, &stdout, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	quoted := word(out)
	for i, want := range []string{
		"go run ./xor -epochs 3 -out " + quoted + " -plain -quiet=false",
		"go run ./xor -out " + quoted + " -plain -quiet=false -epochs 20000 -seed 2",
		"go run ./xor -epochs 3 -out " + quoted + " -quiet -plain=false",
	} {
		if got[i] != want {
			t.Errorf("command %d is\n%s, want\n%s", i, got[i], want)
		}
	}
}
