package failing

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// alone is the environment variable that names the test of a process of its own.
const alone = "FAILING_TEST_ALONE"

// Alone reports whether the calling test is in a process of its own. If not, it runs the test once more in one, and
// fails it with the output of that if it fails.
func Alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(alone) == t.Name() {
		return true
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), alone+"="+t.Name())
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("in a process of its own: %v\n%s", err, out)
	}
	return false
}

// FullDisk returns what write returns where no file can be longer than 4096 bytes. The limit is on the whole process,
// also on go test's log of the files and variables that a test reads, so the test must be Alone.
func FullDisk(t *testing.T, write func() error) error {
	t.Helper()
	if os.Getenv(alone) != t.Name() {
		t.Fatal("a limit on files needs a process of its own: call Alone first")
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4096, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	failed := write()
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	return failed
}
