package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
)

// again is the order of a visitor to start the first run again.
const again = `{"action": "again", "run": 1, "settings": {"epochs": "4", "lr": "0.05", "seed": "3", "optimizer": "nadam"}}`

// shell is the same from the shell.
var shell = []string{"-epochs", "4", "-lr", "0.05", "-seed", "3", "-optimizer", "nadam"}

// A run that a visitor starts again is that of the same flags from the shell, bit by bit, whenever he does it: its files
// are the ones that stay, the checkpoint too.
func TestLiveAgain(t *testing.T) {
	for _, c := range []struct {
		name, before string // what he did before
		state        string // when he starts again
	}{
		{"in training", "", "training"},
		{"in a pause", `{"action": "pause"}`, "paused"},
		{"after a stop", `{"action": "stop"}`, "stopped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, file := below(t)
			alone := file("alone")
			slow(nil).Finish(t, alone, append([]string{"-no-pictures", "-save", filepath.Join(alone, "net.h5")}, shell...)...)

			p := slow(nil)
			v := p.Watch(t, "-no-pictures", "-out", file("page"), "-save", file("page/net.h5"), "-checkpoint", file("run.h5"))
			epoch(v)
			if c.before != "" {
				v.Press(c.before)
				v.State(c.state)
			}
			v.Press(again)
			v.Press(unlimited)
			v.Prints("started again on the page: go run ./toy ")
			v.Prints(" -epochs 4 ")
			v.State("done")
			v.Ends("done")
			if !strings.Contains(v.Printed(), "-lr 0.05 ") || !strings.Contains(v.Printed(), "-optimizer nadam ") {
				t.Errorf("printed\n%s\nwant the command of the second run", v.Printed())
			}
			clitest.SameRun(t, alone, file("page"))
			var report struct {
				Seed  uint32
				Flags map[string]any
			}
			if err := json.Unmarshal([]byte(clitest.Content(t, file("page/run.json"))), &report); err != nil {
				t.Fatal(err)
			}
			if report.Seed != 3 || report.Flags["lr"] != 0.05 || report.Flags["optimizer"] != "nadam" {
				t.Errorf("run.json has the seed %d and the flags %v, want those of the last run", report.Seed, report.Flags)
			}
			kept, err := checkpoint.Open(file("run.h5"))
			if err != nil {
				t.Fatal(err)
			}
			if kept.Flags["seed"] != "3" || kept.Flags["optimizer"] != "nadam" {
				t.Errorf("the checkpoint in %s has the flags %v, want those of the last run", dir, kept.Flags)
			}
		})
	}
}

// While a visitor starts runs again, no other process may write the files; after the end it may.
func TestLiveAgainKeepsTheLocks(t *testing.T) {
	_, file := below(t)
	v := slow(nil).Watch(t, "-no-pictures", "-out", file("page"), "-checkpoint", file("run.h5"))
	epoch(v)
	v.Press(again)
	v.Press(unlimited)
	v.Prints("done: ")
	for _, args := range [][]string{{"-out", file("page")}, {"-out", file("other"), "-checkpoint", file("run.h5")}} {
		if code, _, stderr := slow(nil).Start(t.Context(), file("other"), args...); code != 1 || !strings.Contains(stderr, "wait for it") {
			t.Errorf("%v: exit code %d, standard error %q, want a refusal", args, code, stderr)
		}
	}
	v.Ends("done")
	slow(nil).Finish(t, file("page"), "-epochs", "1", "-no-pictures")
}

// An interrupt in a run that a visitor started says how to resume that one.
func TestLiveAgainInterrupted(t *testing.T) {
	v := slow(nil).Watch(t, "-no-pictures")
	epoch(v)
	v.Press(`{"action": "again", "run": 1, "settings": {"seed": "3"}}`)
	v.Until("epoch", func(s clitest.Seen) bool {
		return s.Status.Run == 2 && s.Status.State == "training" && s.Status.Epoch > 0
	})
	code, stderr := v.Interrupt()
	path := filepath.Join(v.Out, "checkpoint.h5")
	if code != 130 || !strings.HasPrefix(stderr, "toy: interrupted in epoch ") {
		t.Errorf("exit code %d, standard error %q, want 130 and the epoch", code, stderr)
	}
	if kept, err := checkpoint.Open(path); err != nil || kept.Flags["seed"] != "3" {
		t.Errorf("the checkpoint: %v, want that of seed 3", err)
	}
}

// A run of a visitor that fails leaves the page open for another one; the first one, from the shell, ends the program.
func TestLiveAgainAfterAFailure(t *testing.T) {
	fail := errors.New("the loss is NaN: try a smaller learning rate")
	for _, better := range []bool{true, false} {
		var fails atomic.Bool
		p := slow(nil)
		run := p.Run
		p.Run = func(ctx context.Context, r *cli.Run) error {
			if fails.Load() {
				return fail
			}
			return run(ctx, r)
		}
		v := p.Watch(t, "-no-pictures")
		epoch(v)
		fails.Store(true)
		v.Press(again)
		v.Prints("failed: the page stays at " + v.Address)
		v.State("failed")
		if s := v.Last().Status; s.Message != fail.Error() {
			t.Errorf("the status is %+v, want the failure", s)
		}
		if !better {
			if code, stderr := v.Interrupt(); code != 1 || stderr != "toy: "+fail.Error()+"\n" {
				t.Errorf("exit code %d, standard error %q, want 1 and the failure", code, stderr)
			}
			continue
		}
		fails.Store(false)
		v.Press(`{"action": "again", "run": 2, "settings": {"epochs": "2"}}`)
		v.Press(unlimited)
		v.State("done")
		v.Ends("done")
	}
}

// A run of -resume has the settings with which it was started, and a net that is only served has none.
func TestLiveWithoutSettings(t *testing.T) {
	_, file := below(t)
	slow(nil).Finish(t, file("a"), "-epochs", "2", "-no-pictures", "-checkpoint", file("run.h5"), "-save", file("net.h5"))
	for _, args := range [][]string{{"-resume", file("run.h5")}, {"-load", file("net.h5"), "-epochs", "0"}} {
		v := slow(nil).Watch(t, append(args, "-no-pictures")...)
		v.Until("model", func(s clitest.Seen) bool { return s.Program != "" })
		if got := v.Last().Settings; len(got) != 0 {
			t.Errorf("%v: the page offers %v, want no settings", args, got)
		}
		v.Interrupt()
	}
}

// The page offers what the command line has: of a loaded net its own learning rate.
func TestLiveSettings(t *testing.T) {
	_, file := below(t)
	slow(nil).Finish(t, file("a"), "-epochs", "1", "-no-pictures", "-lr", "0.25", "-save", file("net.h5"))
	for _, c := range []struct {
		args []string
		want map[string]string
	}{
		{nil, map[string]string{"epochs": "1000", "batch": "3", "lr": "0.1", "seed": "1", "optimizer": "adam"}},
		{[]string{"-optimizer", "sgd", "-seed", "7"}, map[string]string{"lr": "0.01", "seed": "7", "optimizer": "sgd"}},
		{[]string{"-load", file("net.h5")}, map[string]string{"lr": "0.25", "optimizer": ""}},
	} {
		v := slow(nil).Watch(t, append(c.args, "-no-pictures")...)
		v.Until("model", func(s clitest.Seen) bool { return s.Program != "" })
		for name, want := range c.want {
			if got, ok := v.Last().Settings[name]; !ok || got != want {
				t.Errorf("%v: %s is %q, want %q", c.args, name, got, want)
			}
		}
		v.Interrupt()
	}
}
