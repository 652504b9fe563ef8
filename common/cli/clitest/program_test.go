package clitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// recorder is a test whose failures are counted.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Error(...any)          { r.failures++ }
func (r *recorder) Errorf(string, ...any) { r.failures++ }
func (r *recorder) Fatal(...any)          { r.failures++; runtime.Goexit() }
func (r *recorder) Fatalf(string, ...any) { r.failures++; runtime.Goexit() }

// fails reports whether check finds something wrong.
func fails(t *testing.T, check func(t testing.TB)) bool {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(r)
	}()
	<-done
	return r.failures > 0
}

// fake is a program that does everything right, or makes the mistake.
func fake(mistake string) Program {
	first := 1.0
	return Program{Name: "fake", Defaults: cli.Defaults{
		Epochs: 2, Flags: func(f *cli.Flags) { f.Float64(&first, "first", 1, "the first loss") },
	}, Run: func(ctx context.Context, r *cli.Run) error {
		if mistake == "hides the interrupt" && ctx.Err() != nil {
			return errors.New("stopped")
		}
		if first < 0 {
			if mistake == "left a file" {
				r.Save("half", nil)
			}
			return errors.New("-first -1: below 0")
		}
		if mistake == "picture" {
			r.Save("curves.png", []byte("\x89PNG"))
			return nil
		}
		r.Save("history.csv", []byte("epoch,loss,seconds\n1,0.5,0\n"))
		r.Printf("not converged\ntrain on: %s\n", r.Command("-epochs 9"))
		return nil
	}}
}

func TestChecksFindTheMistake(t *testing.T) {
	for _, c := range []struct {
		name, mistake string
		check         func(t testing.TB, p Program)
	}{
		{"Interrupted", "hides the interrupt", func(t testing.TB, p Program) { p.Interrupted(t) }},
		{"Failure", "left a file", func(t testing.TB, p Program) { p.Failure(t, []string{"-first", "-1"}, "-first -1") }},
		{"Quiet", "picture", func(t testing.TB, p Program) { p.Quiet(t, []string{"history.csv"}) }},
		{"NotConverged", "picture", func(t testing.TB, p Program) { p.NotConverged(t, "not converged", "-epochs 9") }},
		{"History", "picture", func(t testing.TB, p Program) {
			out := t.TempDir()
			p.Finish(t, out)
			History(t, out, "loss")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if fails(t, func(t testing.TB) { c.check(t, fake("")) }) {
				t.Error("a good program fails")
			}
			if !fails(t, func(t testing.TB) { c.check(t, fake(c.mistake)) }) {
				t.Errorf("%s: the mistake is not found", c.mistake)
			}
		})
	}
}

func TestChecksWantWhatIsAsked(t *testing.T) {
	p, dir := fake(""), t.TempDir()
	Write(t, filepath.Join(dir, "history.csv"), "epoch,loss,seconds\n2,1,0\n")
	Write(t, filepath.Join(dir, "run.json"), `{"final": {"loss": 3}}`)
	Write(t, filepath.Join(dir, "a.png"), "\x89PNG")
	if got := Final(t, dir, "loss"); got != 3 {
		t.Errorf("the number is %g, want 3", got)
	}
	for _, c := range []struct {
		name  string
		check func(t testing.TB)
	}{
		{"another error", func(t testing.TB) { p.Failure(t, []string{"-first", "-1"}, "-first 1") }},
		{"no error", func(t testing.TB) { p.Failure(t, nil, "fake") }},
		{"failed run", func(t testing.TB) { p.Finish(t, dir, "-first", "-1") }},
		{"more files", func(t testing.TB) { p.Quiet(t, nil) }},
		{"other last", func(t testing.TB) { p.NotConverged(t, "converged", "-epochs 9") }},
		{"other command", func(t testing.TB) { p.NotConverged(t, "not converged", "-epochs 8") }},
		{"one line", func(t testing.TB) { LastLines(t, "one\n") }},
		{"missing part", func(t testing.TB) { Contains(t, "one two", "one", "three") }},
		{"epoch 2 first", func(t testing.TB) { History(t, dir, "loss") }},
		{"other columns", func(t testing.TB) { History(t, dir, "accuracy") }},
		{"no table", func(t testing.TB) { Table(t, filepath.Join(dir, "run.json")) }},
		{"half a picture", func(t testing.TB) { PNG(t, filepath.Join(dir, "a.png")) }},
		{"no number", func(t testing.TB) { Final(t, dir, "accuracy") }},
		{"no number", func(t testing.TB) { Number(t, "one") }},
		{"no folder", func(t testing.TB) { Files(t, filepath.Join(dir, "none")) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !fails(t, c.check) {
				t.Error("it is not found")
			}
		})
	}
}

// A run that does not depend on its seed, or on more than its seed, is found.
func TestSeedFixesTheRun(t *testing.T) {
	for _, c := range []struct {
		mistake string
		want    bool
	}{{"", false}, {"no seed", true}, {"clock", true}} {
		t.Run(c.mistake, func(t *testing.T) {
			p, times := fake(""), 0
			p.Run = func(_ context.Context, r *cli.Run) error {
				loss := r.Seed
				switch times++; c.mistake {
				case "no seed":
					loss = 1
				case "clock":
					loss += 10 * uint32(times)
				}
				r.Save("history.csv", fmt.Appendf(nil, "epoch,loss,seconds\n1,%d,%d\n", loss, times))
				return nil
			}
			if got := fails(t, func(t testing.TB) { p.SeedFixesTheRun(t) }); got != c.want {
				t.Errorf("fails is %t, want %t", got, c.want)
			}
		})
	}
}

func TestSameRun(t *testing.T) {
	folder := func(loss, seconds, net string) string {
		dir := t.TempDir()
		Write(t, filepath.Join(dir, "history.csv"), "epoch,loss,seconds\n1,"+loss+","+seconds+"\n")
		Write(t, filepath.Join(dir, "net.h5"), net)
		return dir
	}
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"same", folder("1", "1", "net"), folder("1", "2", "net"), false},
		{"history", folder("1", "1", "net"), folder("2", "1", "net"), true},
		{"net", folder("1", "1", "net"), folder("1", "1", "Net"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fails(t, func(t testing.TB) { SameRun(t, c.a, c.b) }); got != c.want {
				t.Errorf("fails is %t, want %t", got, c.want)
			}
		})
	}
}
