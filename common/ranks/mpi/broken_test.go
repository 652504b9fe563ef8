//go:build mpi && linux

package mpi

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/checkpoint"
)

// patience is how long a job may live without one of its ranks.
const patience = 30 * time.Second

// brokenArgs is a run of the CNN of 3 epochs of 20 steps, unless more says differently; Adam and dropout continue too.
func brokenArgs(out string, more ...string) []string {
	return append([]string{"-no-pictures", "-limit", "320", "-batch", "16", "-epochs", "3",
		"-save", out + ".h5", "-out", out}, more...)
}

// unbroken is the folder of that run on two ranks; its net is beside it.
func unbroken(t *testing.T, more ...string) string {
	t.Helper()
	out := filepath.Join(programs, "unbroken"+strings.Join(more, ""))
	if _, err := os.Stat(out + ".h5"); err != nil {
		begin(t, t.TempDir(), nil, append([]string{"-np", "2", program("mnistcnn")}, brokenArgs(out, more...)...)...).finish()
	}
	return out
}

// brokenRun starts that run, and waits until a checkpoint in the middle of an epoch is there: then it has more to do.
func brokenRun(t *testing.T, dir, path string, before, args []string, more ...string) *job {
	t.Helper()
	args = append(slices.Clone(args), program("mnistcnn"), "-checkpoint", path, "-checkpoint-every", "100ms")
	j := begin(t, dir, before, append(args, brokenArgs(filepath.Join(dir, "out"), more...)...)...)
	for steps(t, path) == 0 {
		if !j.runs() {
			t.Fatalf("the run ended without a checkpoint in the middle of an epoch; standard error\n%s", &j.stderr)
		}
		if time.Since(j.begun) > limit {
			t.Fatalf("no checkpoint in the middle of an epoch after %v", limit)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return j
}

// breakOff calls do in the middle of that run, on two ranks. It gives the exit code, and the checkpoint.
func breakOff(t *testing.T, do func(j *job), more ...string) (code int, path string, j *job) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "run.h5")
	j = brokenRun(t, dir, path, nil, []string{"-np", "2"}, more...)
	do(j)
	begun := time.Now()
	code = j.wait(patience)
	t.Logf("ended with %d after %.1f s, after step %d of epoch %d", code, time.Since(begun).Seconds(), steps(t, path), epoch(t, path))
	return code, path, j
}

// steps are those that the run in a checkpoint has done of its epoch; 0 if there is none.
func steps(t *testing.T, path string) int {
	t.Helper()
	if file := open(t, path); file != nil {
		return file.Net.Position().Steps
	}
	return 0
}

func epoch(t *testing.T, path string) int {
	t.Helper()
	return len(open(t, path).Net.Position().Epochs) + 1
}

func open(t *testing.T, path string) *checkpoint.File {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	file, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// A job that loses a rank ends soon, with an exit code and a message, and its checkpoint can be resumed: with as many
// ranks to the same bits, with one or four to the same net but for the last digits of float32.
func TestKilledRank(t *testing.T) {
	whole := unbroken(t)
	want, history := content(t, whole+".h5"), timeless(t, whole)
	for number, resumed := range [][]int{{2}, {2, 1, 4}} {
		t.Run("rank "+strconv.Itoa(number), func(t *testing.T) {
			code, path, j := breakOff(t, func(j *job) {
				if err := syscall.Kill(j.rank(number), syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			})
			if code == 0 || !strings.Contains(j.stderr.String(), "signal 9 (Killed)") {
				t.Errorf("exit code %d, standard error %q, want another code than 0 and a message", code, &j.stderr)
			}
			kept := content(t, path)
			for _, ranks := range resumed {
				if err := os.WriteFile(path, []byte(kept), 0o644); err != nil { // each resumes from there
					t.Fatal(err)
				}
				out := filepath.Join(t.TempDir(), "out")
				run(t, ranks, "mnistcnn", out, "-resume", path, "-save", out+".h5")
				d := furthest(t, netOf(t, out+".h5"), netOf(t, whole+".h5"))
				t.Logf("resumed with %d ranks: the furthest weight is %.2g away", ranks, d)
				if ranks == 2 && (content(t, out+".h5") != want || timeless(t, out) != history) {
					t.Errorf("resumed with 2 ranks: another net, or the history\n%s, want\n%s", timeless(t, out), history)
				}
				if d > 1e-4 {
					t.Errorf("resumed with %d ranks: a weight is %g away, want 1e-4", ranks, d)
				}
			}
		})
	}
}

// A signal to one rank ends all after the step: rank 0 writes the checkpoint, and reports so. A signal to mpirun leaves
// no time for that: SIGTERM follows a second later, and SIGKILL after another. The checkpoint resumes to the same bits.
func TestSignals(t *testing.T) {
	long := []string{"-epochs", "12"} // mpirun hands a signal on up to two seconds later
	for _, c := range []struct {
		name string
		send func(j *job) error
		code int
		said int // lines of the program, at least
	}{
		{"SIGTERM to rank 1", func(j *job) error { return syscall.Kill(j.rank(1), syscall.SIGTERM) }, 130, 1},
		{"SIGINT to mpirun", func(j *job) error { return j.cmd.Process.Signal(syscall.SIGINT) }, 1, 0},
		{"SIGTERM to mpirun", func(j *job) error { return j.cmd.Process.Signal(syscall.SIGTERM) }, 1, 0},
	} {
		code, path, j := breakOff(t, func(j *job) {
			if err := c.send(j); err != nil {
				t.Fatal(err)
			}
		}, long...)
		said := j.said("mnistcnn")
		t.Logf("%s: exit code %d, the program said %q", c.name, code, said)
		if code != c.code || len(said) < c.said || len(said) > 1 {
			t.Errorf("%s: exit code %d, want %d; the program said %q", c.name, code, c.code, said)
		}
		for _, line := range said {
			if !strings.HasPrefix(line, "mnistcnn: interrupted in epoch ") || !strings.HasSuffix(line, " -resume "+path) {
				t.Errorf("%s: the program said %q", c.name, line)
			}
		}
		out := filepath.Join(t.TempDir(), "out")
		run(t, 2, "mnistcnn", out, "-resume", path, "-save", out+".h5")
		if content(t, out+".h5") != content(t, unbroken(t, long...)+".h5") {
			t.Errorf("%s: the net is another one", c.name)
		}
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// timeless is history.csv without its seconds, the last column.
func timeless(t *testing.T, out string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(content(t, filepath.Join(out, "history.csv"))) {
		b.WriteString(line[:strings.LastIndex(line, ",")] + "\n")
	}
	return b.String()
}
