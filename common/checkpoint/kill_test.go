//go:build unix && !race

package checkpoint_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// However often a run is interrupted, it ends with the same bytes as one that is not: a small net with its best
// weights, and one whose checkpoint takes long to write. TestResumeFromAnyFile has convolution and dropout.
func TestInterruptedRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long")
	}
	binaries := t.TempDir()
	if text, err := exec.Command("go", "build", "-o", binaries, "../../iris", "../../mnistmlp").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, c := range []struct {
		program string
		args    string
		kills   int

		once, twice syscall.Signal
	}{
		{"iris", "-batch 2 -epochs 500 -keep best", 30, syscall.SIGTERM, syscall.SIGINT},
		{"mnistmlp", "-limit 400 -batch 4 -epochs 8", 5, syscall.SIGINT, syscall.SIGTERM},
	} {
		args, binary := strings.Fields(c.args), filepath.Join(binaries, c.program)
		whole := unbroken(t, binary, args)
		broken := func(t *testing.T) *training {
			return &training{t: t, begun: time.Now(), binary: binary, args: args, rng: rand.New(rand.NewPCG(1, 2)),
				out: filepath.Join(t.TempDir(), "out")}
		}
		t.Run(c.program+" killed", func(t *testing.T) {
			r := broken(t)
			r.kill(c.kills, whole)
			r.end()
			r.same(whole)
			t.Logf("%d kills in %.1f s, %d of them in a write; %d left the run in the middle of an epoch",
				r.breaks, time.Since(r.begun).Seconds(), r.writing, r.within)
			if r.within == 0 {
				t.Error("want runs that resume in the middle of an epoch")
			}
		})
		t.Run(c.program+" interrupted", func(t *testing.T) {
			r := broken(t)
			r.interrupt(c.once)
			r.interruptTwice(c.twice)
			r.end()
			r.same(whole)
		})
	}
}

// kill kills n processes, each of which resumes the run of the one before: at any moment after its start, after some
// checkpoints, or while it writes one. A run that ends before that is compared, and started again.
func (r *training) kill(n int, whole string) {
	r.t.Helper()
	var startup time.Duration // until the first checkpoint
	for r.breaks < n {
		if r.starts > 5*n {
			r.t.Fatalf("%d kills of %d processes: most ended before", r.breaks, r.starts)
		}
		begun, p := time.Now(), r.start()
		switch how := r.starts % 3; {
		case startup == 0:
			r.changes(p, 1)
			startup = time.Since(begun)
		case how == 0:
			time.Sleep(time.Duration(r.rng.Int64N(int64(2 * startup))))
		case how == 1:
			r.changes(p, 1+r.rng.IntN(3))
			time.Sleep(time.Duration(r.rng.Int64N(int64(startup / 4))))
		default:
			r.changes(p, 1)
			for len(r.unfinished()) == 0 && p.runs() {
			}
		}
		_ = p.Process.Kill() // an error: it has ended
		switch err := <-p.exited; {
		case by(err) == syscall.SIGKILL:
			r.broken()
		case err == nil && p.stderr.Len() == 0:
			r.t.Logf("the run ended at break %d", r.breaks)
			r.same(whole)
			if err := os.RemoveAll(r.out); err != nil {
				r.t.Fatal(err)
			}
		default:
			r.t.Fatalf("break %d: %v, standard error %q", r.breaks, err, p.stderr.String())
		}
	}
}

// interrupt ends a process by one signal. The process must say how to resume.
func (r *training) interrupt(s syscall.Signal) {
	r.t.Helper()
	p := r.start()
	if !r.changes(p, 1) {
		r.t.Fatalf("the run ended before %v: %v, standard error %q", s, <-p.exited, p.stderr.String())
	}
	if err := p.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
	err := <-p.exited
	line, name := p.stderr.String(), filepath.Base(r.binary)
	if p.ProcessState.ExitCode() != 130 || strings.Count(line, "\n") != 1 ||
		!strings.HasPrefix(line, name+": interrupted in epoch ") ||
		!strings.HasSuffix(line, " go run ./"+name+" -resume "+r.checkpoint()+"\n") {
		r.t.Errorf("%v: %v, standard error %q, want exit code 130 and a line that says how to resume", s, err, line)
	}
	r.broken()
	if r.writing > 0 {
		r.t.Errorf("%v left a file that was being written", s)
	}
}

// interruptTwice ends a process by a second signal while it handles the first one, unless it ends before.
func (r *training) interruptTwice(s syscall.Signal) {
	r.t.Helper()
	p := r.start()
	if !r.changes(p, 1) {
		r.t.Fatalf("the run ended before %v: %v, standard error %q", s, <-p.exited, p.stderr.String())
	}
	for signals := 0; ; signals++ {
		_ = p.Process.Signal(s) // an error: it has ended
		select {
		case err := <-p.exited:
			if by(err) != s && p.ProcessState.ExitCode() != 130 {
				r.t.Fatalf("%v: %v, standard error %q", s, err, p.stderr.String())
			}
			r.t.Logf("%v: %v after %d signals", s, err, signals)
			r.broken()
			return
		case <-time.After(time.Millisecond): // a signal that comes before the last one is handled is lost
		}
	}
}
