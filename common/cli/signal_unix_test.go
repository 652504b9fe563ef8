//go:build unix

package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
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
	case "printing":
		Main("xor", xor, func(ctx context.Context, r *Run) error {
			r.Printf("ready\n")
			<-ctx.Done()
			r.Printf("told\n")
			r.Save("last", nil)
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
	case "careful":
		Main("xor", xor, func(ctx context.Context, r *Run) error {
			context.AfterFunc(ctx, func() { r.Printf("told\n") })
			r.Printf("ready\n")
			_, err := io.Copy(io.Discard, os.Stdin) // until the test closes it
			r.Printf("careful\n")
			return errors.Join(err, ctx.Err())
		})
	}
}

// reader reads the lines of a program.
type reader struct {
	*bufio.Reader
	io.Closer
}

// program starts the test binary as a program, by the command before it.
func program(t *testing.T, kind string, before ...string) (*exec.Cmd, io.Closer, *reader, *strings.Builder) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan os.Signal, 1) // a signal that this process catches is not ignored in the next, also under nohup
	signal.Notify(heard, syscall.SIGHUP)
	defer signal.Stop(heard)
	line := append(before, self, "-out", t.TempDir())
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Env = append(os.Environ(), child+"="+kind)
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	stdin, failed := cmd.StdinPipe()
	stdout, err := cmd.StdoutPipe()
	if err := errors.Join(failed, err); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, stdin, &reader{bufio.NewReader(stdout), stdout}, stderr
}

// expect reads a line of the program.
func expect(t *testing.T, from *reader, want string) {
	t.Helper()
	if line, err := from.ReadString('\n'); err != nil || line != want+"\n" {
		t.Fatalf("read %q (%v), want %q", line, err, want)
	}
}

func TestSignalEndsTheRun(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		cmd, _, stdout, stderr := program(t, "polite")
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

// Ctrl-C ends all programs of a pipe. That nobody reads our output then costs no file.
func TestSignalEndsThePipe(t *testing.T) {
	cmd, stdin, stdout, stderr := program(t, "printing")
	defer stdin.Close()
	expect(t, stdout, "ready")
	if err := stdout.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("%v, stderr %q, want exit status 130", err, stderr)
	}
	lines := strings.SplitAfter(stderr.String(), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "xor: standard output: ") || lines[1] != "xor: interrupted\n" {
		t.Errorf("stderr %q, want the broken pipe and the end", lines)
	}
	if _, err := os.Stat(filepath.Join(cmd.Args[len(cmd.Args)-1], "last")); err != nil {
		t.Error(err)
	}
}

func TestSecondSignalKills(t *testing.T) {
	cmd, _, stdout, stderr := program(t, "stubborn")
	expect(t, stdout, "ready")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	expect(t, stdout, "told")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || stderr.Len() > 0 {
		t.Fatalf("%v, stderr %q", err, stderr)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("ended by %v, want by the signal", exit)
	}
}

// A terminal that is closed sends a SIGHUP, and the shell in it another one, which must not kill a run that saves its
// work. Under nohup neither does anything.
func TestHangUp(t *testing.T) {
	for _, before := range []string{"", "nohup"} {
		t.Run(before, func(t *testing.T) {
			cmd, stdin, stdout, stderr := program(t, "careful", strings.Fields(before)...)
			expect(t, stdout, "ready")
			for i := range 2 {
				if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
					t.Fatal(err)
				}
				if i == 0 && before == "" {
					expect(t, stdout, "told")
				}
			}
			if err := stdin.Close(); err != nil {
				t.Fatal(err)
			}
			expect(t, stdout, "careful")
			err := cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); before == "" && (code != 130 || stderr.String() != "xor: interrupted\n") {
				t.Errorf("%v, stderr %q, want exit status 130 and one word", err, stderr)
			} else if before != "" && code != 0 {
				t.Errorf("%v, stderr %q, want exit status 0", err, stderr)
			}
		})
	}
}
