//go:build unix && !race

package checkpoint_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/checkpoint"
	"gorgonia-lectures/common/cli/clitest"
)

// training is a run of a program that is interrupted again and again.
type training struct {
	t      *testing.T
	binary string
	args   []string // of the run
	rng    *rand.Rand
	out    string // where the run's files are
	begun  time.Time
	starts int // processes so far

	breaks  int      // interrupted ones
	writing int      // those in the middle of a write
	within  int      // those that left the run in the middle of an epoch
	left    []string // unfinished files after the newest one
}

func (r *training) checkpoint() string { return filepath.Join(r.out, "run.h5") }

// process is a process that trains.
type process struct {
	*exec.Cmd
	stderr bytes.Buffer
	exited chan error // what Wait says
}

// start starts the run, or resumes it if there is a checkpoint, each time on another number of cores.
func (r *training) start(more ...string) *process {
	r.t.Helper()
	args := []string{"-quiet", "-resume", r.checkpoint()}
	if _, err := os.Stat(r.checkpoint()); errors.Is(err, fs.ErrNotExist) {
		args = append([]string{"-quiet", "-no-pictures", "-out", r.out, "-save", filepath.Join(r.out, "net.h5"),
			"-checkpoint", r.checkpoint(), "-checkpoint-every", "1ms"}, r.args...)
	}
	p := &process{Cmd: exec.Command(r.binary, append(args, more...)...), exited: make(chan error, 1)}
	r.starts++
	p.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", 1+r.starts%4))
	p.Stderr = &p.stderr
	if err := p.Start(); err != nil {
		r.t.Fatal(err)
	}
	go func() { p.exited <- p.Wait() }()
	r.t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

// runs is false after the end of the process, whose error is still in exited.
func (p *process) runs() bool {
	select {
	case err := <-p.exited:
		p.exited <- err
		return false
	default:
		return true
	}
}

// changes waits until the checkpoint was written n times. It is false if the process ended before.
func (r *training) changes(p *process, n int) bool {
	r.t.Helper()
	was, _ := os.Stat(r.checkpoint()) // an error: not there yet
	for begun := time.Now(); n > 0; time.Sleep(100 * time.Microsecond) {
		if !p.runs() {
			return false
		}
		is, err := os.Stat(r.checkpoint())
		if err == nil && (was == nil || !os.SameFile(was, is) || !was.ModTime().Equal(is.ModTime())) {
			was = is
			n--
		}
		if time.Since(begun) > time.Minute {
			r.t.Fatalf("no checkpoint (%v), standard error %q", err, p.stderr.String())
		}
	}
	return true
}

// unfinished are the files of the checkpoint that are being written.
func (r *training) unfinished() []string {
	r.t.Helper()
	list, err := filepath.Glob(filepath.Join(r.out, ".run.h5-*"))
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// by is the signal that ended the process, 0 if none did.
func by(err error) syscall.Signal {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal()
	}
	return 0
}

// broken checks what an interrupted process left: a whole checkpoint, or none yet, and at most one unfinished file, which
// the next process removes.
func (r *training) broken() {
	r.t.Helper()
	r.breaks++
	left := r.unfinished()
	if len(left) > 1 {
		r.t.Errorf("break %d: %d files are left, want at most that of the newest process: %v", r.breaks, len(left), left)
	}
	for _, path := range left {
		if !slices.Contains(r.left, path) { // else of a process before, when this one had no time to remove it
			r.writing++
		}
	}
	r.left = left
	file, err := checkpoint.Open(r.checkpoint())
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		r.t.Fatalf("break %d: %v", r.breaks, err)
	}
	if file.Position.Steps > 0 {
		r.within++
	}
}

// end lets the run end.
func (r *training) end() {
	r.t.Helper()
	p := r.start("-checkpoint-every", "0") // it takes less time
	if err := <-p.exited; err != nil || p.stderr.Len() > 0 {
		r.t.Fatalf("%v, standard error %q", err, p.stderr.String())
	}
}

// same compares the files of the run with those of a run that was not interrupted.
func (r *training) same(whole string) {
	r.t.Helper()
	net := func(out string) []byte {
		data, err := os.ReadFile(filepath.Join(out, "net.h5"))
		if err != nil {
			r.t.Fatal(err)
		}
		return data
	}
	if !bytes.Equal(net(r.out), net(whole)) {
		r.t.Error("the net has other bytes than after a run that was not interrupted")
	}
	history := func(out string) [][]string { return clitest.Timeless(r.t, filepath.Join(out, "history.csv")) }
	if got, want := history(r.out), history(whole); !reflect.DeepEqual(got, want) {
		r.t.Errorf("the history is %v, want %v", got, want)
	}
}

// unbroken trains without an interruption, to compare training with.
func unbroken(t *testing.T, binary string, args []string) (out string) {
	t.Helper()
	out = t.TempDir()
	args = append([]string{"-quiet", "-no-pictures", "-out", out, "-save", filepath.Join(out, "net.h5")}, args...)
	if text, err := exec.Command(binary, args...).CombinedOutput(); err != nil || len(text) > 0 {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}
