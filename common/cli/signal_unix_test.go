//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/wording"
)

// child names the environment variable that turns the test binary into a program.
const child = "CLI_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(child) {
	case "":
		os.Exit(wording.Main(m))
	case "polite":
		Main("xor", xor, func(ctx context.Context, r *Run) error {
			r.Printf("ready\n")
			<-ctx.Done()
			return ctx.Err()
		})
	case "stubborn":
		Main("xor", xor, func(ctx context.Context, r *Run) error {
			r.Printf("ready\n")
			<-ctx.Done()
			r.Printf("told\n")
			time.Sleep(time.Minute)
			return nil
		})
	}
}

// program starts the test binary as a program.
func program(t *testing.T, kind string) (*exec.Cmd, *bufio.Reader, *strings.Builder) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self, "-out", t.TempDir())
	cmd.Env = append(os.Environ(), child+"="+kind)
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewReader(stdout), stderr
}

// expect reads a line of the program.
func expect(t *testing.T, from *bufio.Reader, want string) {
	t.Helper()
	if line, err := from.ReadString('\n'); err != nil || line != want+"\n" {
		t.Fatalf("read %q (%v), want %q", line, err, want)
	}
}

func TestSignalEndsTheRun(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd, stdout, stderr := program(t, "polite")
		expect(t, stdout, "ready")
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(stdout)
		if err != nil || len(rest) > 0 {
			t.Errorf("%v: read %q (%v), want nothing", signal, rest, err)
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 || stderr.String() != "xor: interrupted\n" {
			t.Errorf("%v: %v, stderr %q, want exit status 130 and one line", signal, err, stderr)
		}
	}
}

func TestSecondSignalKills(t *testing.T) {
	cmd, stdout, stderr := program(t, "stubborn")
	expect(t, stdout, "ready")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	expect(t, stdout, "told")
	// The handler is taken away right after the context is cancelled: a signal that comes between
	// the two is lost, so it is sent until it works.
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		_ = cmd.Process.Signal(os.Interrupt) // an error means that the process has ended
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || stderr.Len() > 0 {
				t.Fatalf("%v, stderr %q", err, stderr)
			}
			if status, ok := exit.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGINT {
				t.Errorf("ended by %v, want by the signal", exit)
			}
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}
