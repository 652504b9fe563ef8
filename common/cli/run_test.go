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

	"gorgonia-lectures/common/internal/wording"
)

// xor is what a small program offers.
var xor = Defaults{About: "two neurons", Epochs: 5000, Batch: 1, LearningRate: 0.1}

// start runs a program with its files in a new folder, if args name none.
func start(ctx context.Context, t *testing.T, d Defaults, run Func, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Execute(ctx, "xor", d, run, append([]string{"-out", filepath.Join(t.TempDir(), "out")}, args...), &out, &errs)
	return code, out.String(), errs.String()
}

func done(context.Context, *Run) error { return nil }

func TestExitCode(t *testing.T) {
	lines := fmt.Errorf("fit: %w", errors.Join(errors.New("first\r\n\tmore"), errors.New("second\n")))
	for _, c := range []struct {
		name      string
		interrupt bool
		result    func(context.Context) error
		code      int
		stderr    string
	}{
		{"finished", false, context.Context.Err, 0, ""},
		{"failed", false, func(context.Context) error { return lines }, 1, "xor: fit: first; more; second\n"},
		{"cancelled by itself", false, func(context.Context) error { return context.Canceled }, 1, "xor: context canceled\n"},
		{"interrupted", true, context.Context.Err, 130, "xor: interrupted\n"},
		{"wrapped", true, func(ctx context.Context) error { return fmt.Errorf("fit: %w", ctx.Err()) }, 130, "xor: interrupted\n"},
		{"cause", true, context.Cause, 130, "xor: interrupted\n"},
		{"no error", true, func(context.Context) error { return nil }, 130, "xor: interrupted\n"},
		{"another error", true, func(context.Context) error { return lines }, 1, "xor: fit: first; more; second\n"},
	} {
		for _, quiet := range []string{"-quiet", "-quiet=false"} {
			t.Run(c.name+" "+quiet, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				code, stdout, stderr := start(ctx, t, xor, func(ctx context.Context, r *Run) error {
					r.Printf("accuracy %.2f\n", 0.5)
					if c.interrupt {
						cancel(errors.New("interrupt signal received"))
						<-ctx.Done()
					}
					return c.result(ctx)
				}, quiet)
				if code != c.code || (stdout == "accuracy 0.50\n") == (quiet == "-quiet") || stderr != c.stderr {
					t.Errorf("code %d, stdout %q, stderr %q, want %d, %q", code, stdout, stderr, c.code, c.stderr)
				}
			})
		}
	}
}

func TestPanicIsNotCaught(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the panic of the program was swallowed")
		}
	}()
	start(t.Context(), t, xor, func(context.Context, *Run) error { panic("a mistake") })
}

// full is a device without room.
type full struct{ writes int }

func (f *full) Write([]byte) (int, error) {
	f.writes++
	return 0, errors.New("no space left on device")
}

func TestFailedStandardOutputFails(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-out", t.TempDir()}} {
		t.Run(args[0], func(t *testing.T) {
			var out full
			var errs bytes.Buffer
			code := Execute(t.Context(), "xor", xor, func(_ context.Context, r *Run) error {
				r.Printf("one\n")
				r.Printf("two\n")
				return nil
			}, args, &out, &errs)
			wording.Line(t, errs.String(), "no space left on device")
			if code != 1 || out.writes != 1 {
				t.Errorf("code %d, %d writes, want 1 and none after the failed one", code, out.writes)
			}
		})
	}
}

func TestUnusableFolderIsFoundBeforeTheRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{file, filepath.Join(file, "below")} {
		refused(t, xor, []string{"-out", out}, "-out "+shown(out))
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "kept" {
		t.Errorf("the file in the way holds %q (%v)", text, err)
	}
}

func TestFolderIsMadeAndLeftEmpty(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a", "b")
	if code, _, stderr := start(t.Context(), t, xor, done, "-out", out); code != 0 {
		t.Fatalf("code %d: %s", code, stderr)
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) != 0 {
		t.Errorf("folder holds %v (%v), want nothing", entries, err)
	}
}

// Neither a run with -quiet nor the zero Run prints anything, or looks at the training to do so.
func TestQuiet(t *testing.T) {
	run := func(_ context.Context, r *Run) error {
		r.Printf("%d\n", 1)
		if c := r.Fit(nil).Callbacks; len(c) != 1 { // that of the net that is missing
			t.Errorf("%d callbacks, want 1", len(c))
		}
		r.Save("model", []byte("weights"))
		return nil
	}
	if code, stdout, stderr := start(t.Context(), t, xor, run, "-quiet"); code != 0 || stdout+stderr != "" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if err := run(t.Context(), &Run{Out: t.TempDir()}); err != nil {
		t.Error(err)
	}
}

func TestCommandKeepsWhatWasGiven(t *testing.T) {
	d, plain := xor, false
	d.Net = true
	d.Flags = func(f *Flags) { f.Bool(&plain, "plain", "use stock Gorgonia") }
	out := filepath.Join(t.TempDir(), "my runs")
	var got []string
	code, _, stderr := start(t.Context(), t, d, func(_ context.Context, r *Run) error {
		got = []string{r.Command(), r.Command("-epochs 20000", "-seed 2"), r.Command("-quiet", "-plain=false")}
		return nil
	}, "-epochs=3", "-plain", "-quiet=false", "-out", out,
		"-tensorboard", filepath.Join(out, "logs"), "-histograms") // whose folder has a run then
	if code != 0 {
		t.Fatal(stderr)
	}
	for i, want := range []string{
		"go run ./xor -epochs 3 -out OUT -plain -quiet=false",
		"go run ./xor -out OUT -plain -quiet=false -epochs 20000 -seed 2",
		"go run ./xor -epochs 3 -out OUT -quiet -plain=false",
	} {
		if want = strings.Replace(want, "OUT", word(out), 1); got[i] != want {
			t.Errorf("command %d is\n%s, want\n%s", i, got[i], want)
		}
	}
}
