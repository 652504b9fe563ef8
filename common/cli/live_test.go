package cli_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/internal/wording"
)

// question is what a toy takes.
const question = `{"inputs": [1, 0]}`

// slow is a toy that takes its time, so that it can be watched.
func slow(after func(ctx context.Context) error) clitest.Program {
	p := (&toy{after: after}).program()
	p.Defaults.Epochs = 1000
	return p
}

// unlimited lets it take none.
const unlimited = `{"action": "speed", "speed": 0}`

// epoch waits until one has passed.
func epoch(v *clitest.Viewer) {
	v.Until("epoch", func(s clitest.Seen) bool { return s.Status.State == "training" && s.Status.Epoch > 0 })
}

// The page stays when the run is done, and its end by an interrupt is a good one.
func TestLiveStays(t *testing.T) {
	v := slow(nil).Watch(t, "-epochs", "2", "-no-pictures")
	v.Press(unlimited)
	v.State("done")
	v.Prints("done: the page stays at " + v.Address + " until you interrupt it (Ctrl-C)\n")
	v.Ask(question)
	v.Ends("done")
	if answer, err := http.Get(v.Address); err == nil {
		answer.Body.Close()
		t.Errorf("the page has the status %s after the end, want none", answer.Status)
	}
	if files := clitest.Files(t, v.Out); !slices.Equal(files, []string{"history.csv", "run.json"}) {
		t.Errorf("the run left %v, want no net", files)
	}
}

func TestLiveInterruptedWhileTraining(t *testing.T) {
	long(t)
	for _, state := range []string{"training", "paused"} {
		t.Run(state, func(t *testing.T) {
			v := slow(nil).Watch(t, "-no-pictures")
			epoch(v)
			if state == "paused" {
				v.Press(`{"action": "pause"}`)
				v.State(state)
			}
			code, stderr := v.Interrupt()
			if code != 130 || !strings.HasPrefix(stderr, "toy: interrupted in epoch ") ||
				!strings.HasSuffix(stderr, " -resume "+cli.Word(filepath.Join(v.Out, "checkpoint.h5"))+"\n") {
				t.Errorf("exit code %d, standard error %q, want 130, the epoch and how to resume it", code, stderr)
			}
			interrupted(t, v)
			if strings.Contains(v.Printed(), "done: ") {
				t.Errorf("printed\n%s", v.Printed())
			}
		})
	}
}

// interrupted wants a viewer to have seen how the run ended.
func interrupted(t *testing.T, v *clitest.Viewer) {
	t.Helper()
	if s := v.Last().Status; s.State != "failed" || s.Message != "interrupted" {
		t.Errorf("the last status is %+v, want that it was interrupted", s)
	}
}

// An interrupt while the files are written is one of the run, even if it ends as if there were none.
func TestLiveInterruptedAfterTraining(t *testing.T) {
	p := slow(nil)
	run := p.Run
	p.Run = func(ctx context.Context, r *cli.Run) error {
		err := run(ctx, r)
		<-ctx.Done()
		return err
	}
	v := p.Watch(t, "-epochs", "1", "-no-pictures")
	v.Press(unlimited)
	v.State("done")
	code, stderr := v.Interrupt()
	if code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	wording.Line(t, stderr, "toy: interrupted")
	interrupted(t, v)
}

func TestLiveShowsAFailure(t *testing.T) {
	seen := make(chan struct{})
	v := slow(func(context.Context) error {
		<-seen
		return errors.Join(errors.New("no space"), errors.New("left"))
	}).Watch(t, "-epochs", "1", "-no-pictures")
	v.Press(unlimited)
	v.State("done")
	close(seen)
	if code, stderr := v.Exit(); code != 1 || stderr != "toy: no space; left\n" {
		t.Errorf("exit code %d, standard error %q, want 1 and one line", code, stderr)
	}
	if s := v.Last().Status; s.State != "failed" || s.Message != "no space\nleft" {
		t.Errorf("the last status is %+v, want the failure", s)
	}
}

// A net whose training was stopped on the page is saved, wherever -save says or under the program's name.
func TestLiveStop(t *testing.T) {
	long(t)
	named := filepath.Join(t.TempDir(), "named.h5")
	for _, save := range [][]string{nil, {"-save", named}} {
		v := slow(nil).Watch(t, append(save, "-no-pictures")...)
		path := filepath.Join(v.Out, "toy.h5")
		if save != nil {
			path = named
		}
		epoch(v)
		v.Press(`{"action": "stop"}`)
		v.State("stopped")
		v.Prints("\nwrote " + path + "\n")
		v.Prints("done: ")
		trained := v.Ask(question)
		v.Ends("stopped")
		if n := len(clitest.History(t, v.Out, "loss", "val_loss")); n < 1 || n >= 1000 {
			t.Errorf("history.csv has %d epochs, want those until the stop", n)
		}

		// -epochs 0 serves it
		v = slow(nil).Watch(t, "-epochs", "0", "-load", path)
		v.State("done")
		if got := v.Ask(question); !reflect.DeepEqual(got, trained) {
			t.Errorf("the stopped net answers %v, and loaded %v", *trained.Output, *got.Output)
		}
		v.Ends("done")
		if files := clitest.Files(t, v.Out); !slices.Equal(files, []string{"run.json"}) {
			t.Errorf("-epochs 0 left %v, want run.json", files)
		}
	}
}

// A visitor's speed counts more than the program's, also if he was there first.
func TestLiveKeepsTheVisitorsSpeed(t *testing.T) {
	long(t)
	chosen, p := make(chan struct{}), slow(nil)
	run := p.Run
	p.Run = func(ctx context.Context, r *cli.Run) error {
		<-chosen
		return run(ctx, r)
	}
	v := p.Watch(t, "-no-pictures")
	v.Press(`{"action": "speed", "speed": 3}`)
	close(chosen)
	epoch(v)
	if got := v.Last().Status.Speed; got != 3 {
		t.Errorf("the speed is %g, want 3", got)
	}
}

// An address that is taken is found before the program does anything.
func TestLiveAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := slow(nil)
	p.Run = func(context.Context, *cli.Run) error {
		t.Error("the program ran")
		return nil
	}
	code, _, stderr := p.Start(t.Context(), t.TempDir(), "-live", "-live-addr", taken.Addr().String())
	want := "toy: -live-addr " + taken.Addr().String() + ": "
	if code != 1 || !strings.HasPrefix(stderr, want) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit code %d, standard error %q, want 1 and a line with the address", code, stderr)
	}
}

// Who listens for other machines too is warned, right after the address.
func TestLiveBeyondThisMachine(t *testing.T) {
	const warning = "anyone who can reach this machine over the network can watch, pause, stop and restart it too"
	for _, c := range []struct {
		address string
		want    bool
	}{{"127.0.0.1:0", false}, {"localhost:0", false}, {"0.0.0.0:0", true}, {":0", true}} {
		t.Run(c.address, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			p := slow(nil)
			p.Run = func(context.Context, *cli.Run) error {
				cancel()
				return ctx.Err()
			}
			code, stdout, _ := p.Start(ctx, t.TempDir(), "-live", "-live-addr", c.address)
			first, second, _ := strings.Cut(stdout, "\n")
			if code != 130 || !strings.HasPrefix(first, "watch it at http://") || (second == warning+"\n") != c.want {
				t.Errorf("exit code %d, printed\n%s\nwant the address, and a warning: %t", code, stdout, c.want)
			}
		})
	}
}
