//go:build mpi && linux

package mpi

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The environment of the processes that a test starts: which job they belong to, and what the test binary does in it.
const (
	markVariable = "MPI_TEST_JOB"
	workVariable = "MPI_TEST_WORK"
)

// programs is the folder of those that TestMain builds.
var programs string

// workers are what the test binary does where mpirun starts it, by name.
var workers = map[string]func(World) error{"world": checkWorld, "train": trainWorker}

func TestMain(m *testing.M) {
	if name := os.Getenv(workVariable); name != "" {
		os.Exit(work(workers[name]))
	}
	os.Exit(build(m))
}

// work is one rank's.
func work(do func(World) error) int {
	world, err := Start()
	if err == nil {
		err = do(world)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "rank %d: %v\n", Rank(), err)
		return 1
	}
	if world != nil {
		world.Close()
	}
	return 0
}

// build makes the programs, then runs the tests.
func build(m *testing.M) int {
	folder, err := os.MkdirTemp("", "mpi-test-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	programs = folder
	for _, args := range [][]string{
		{"-tags", "mpi", "-o", folder + "/", "../../../mnistcnn", "../../../mnistmlp", "../../../iris", "../../../xor"},
		{"-o", filepath.Join(folder, "iris-without"), "../../../iris"},
		{"-tags", "mpi", "-ldflags", "-s", "-o", filepath.Join(folder, "iris-other"), "../../../iris"},
	} {
		if text, err := exec.Command("go", append([]string{"build"}, args...)...).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build %v: %v\n%s", args, err, text)
			return 1
		}
	}
	return m.Run()
}

// program is the path of a built program.
func program(name string) string { return filepath.Join(programs, name) }

// limit is how long a job may take.
const limit = 2 * time.Minute

// job is an mpirun with its ranks.
type job struct {
	t              *testing.T
	cmd            *exec.Cmd
	mark           string
	stdout, stderr bytes.Buffer
	begun          time.Time
	ended          chan error
}

var jobs atomic.Int32

// begin starts mpirun in the folder, by the command before if it is not nil.
func begin(t *testing.T, folder string, before []string, args ...string) *job {
	t.Helper()
	j := &job{t: t, mark: fmt.Sprintf("%s=%d-%d", markVariable, os.Getpid(), jobs.Add(1)), begun: time.Now(), ended: make(chan error, 1)}
	words := append(slices.Concat(before, []string{"mpirun", "--oversubscribe"}), args...)
	j.cmd = exec.Command(words[0], words[1:]...)
	j.cmd.Dir, j.cmd.Stdout, j.cmd.Stderr = folder, &j.stdout, &j.stderr
	j.cmd.Env = append(os.Environ(), j.mark, "LC_ALL=C", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
	j.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	j.cmd.WaitDelay = 10 * time.Second // for a process that holds its output after its end
	if err := j.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { j.ended <- j.cmd.Wait() }()
	t.Cleanup(func() {
		for _, pid := range j.processes() {
			_ = syscall.Kill(pid, syscall.SIGKILL) // an error: it has ended
		}
	})
	return j
}

// wait gives the exit code, and wants that no process of the job is left.
func (j *job) wait(limit time.Duration) int {
	j.t.Helper()
	select {
	case err := <-j.ended:
		if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
			j.t.Fatal(err)
		}
	case <-time.After(limit):
		j.t.Fatalf("%v has not ended in %v, standard output\n%s\nstandard error\n%s", j.cmd.Args, limit, &j.stdout, &j.stderr)
	}
	for begun := time.Now(); len(j.processes()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 15*time.Second {
			j.t.Fatalf("%v left processes: %v", j.cmd.Args, j.processes())
		}
	}
	return j.cmd.ProcessState.ExitCode()
}

// finish wants that the job ends well, and gives what it printed.
func (j *job) finish() string {
	j.t.Helper()
	if code := j.wait(limit); code != 0 || j.stderr.Len() > 0 {
		j.t.Fatalf("%v: exit code %d, standard error %q, want 0 and nothing; standard output\n%s", j.cmd.Args, code, &j.stderr, &j.stdout)
	}
	return j.stdout.String()
}

// run is the finished job of a program on a number of ranks, with its files in out.
func run(t *testing.T, ranks int, name, out string, args ...string) string {
	t.Helper()
	words := append([]string{"-np", strconv.Itoa(ranks), program(name), "-no-pictures", "-out", out}, args...)
	return begin(t, t.TempDir(), nil, words...).finish()
}

// processes are those of the job that have not ended.
func (j *job) processes() []int {
	var list []int
	entries, err := os.ReadDir("/proc")
	if err != nil {
		j.t.Fatal(err)
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if slices.Contains(environment(pid), j.mark) {
			list = append(list, pid)
		}
	}
	return list
}

// environment is what a process was started with; nil if it has ended.
func environment(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		return nil
	}
	return strings.Split(string(text), "\x00")
}

// rank is the process of a rank.
func (j *job) rank(number int) int {
	j.t.Helper()
	for _, pid := range j.processes() {
		if slices.Contains(environment(pid), fmt.Sprintf("OMPI_COMM_WORLD_RANK=%d", number)) {
			return pid
		}
	}
	j.t.Fatalf("rank %d does not run; standard error\n%s", number, &j.stderr)
	return 0
}

// runs reports whether the job has not ended.
func (j *job) runs() bool {
	select {
	case err := <-j.ended:
		j.ended <- err
		return false
	default:
		return true
	}
}

// said are the lines of a program on standard error, among mpirun's.
func (j *job) said(name string) []string {
	var list []string
	for line := range strings.Lines(j.stderr.String()) {
		if strings.HasPrefix(line, name+": ") {
			list = append(list, strings.TrimSuffix(line, "\n"))
		}
	}
	return list
}
