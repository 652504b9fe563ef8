//go:build unix

package atomicfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/atomicfile"
)

// killed is the environment variable that makes the test binary write until it is killed.
const killed = "ATOMICFILE_TEST_WRITES"

func TestMain(m *testing.M) {
	if path := os.Getenv(killed); path != "" {
		for i, end := byte(0), time.Now().Add(time.Minute); time.Now().Before(end); i++ {
			if err := atomicfile.Write(path, version(i)); err != nil {
				panic(err)
			}
		}
	}
	os.Exit(m.Run())
}

// version is a content that shows whether it is whole.
func version(i byte) []byte { return bytes.Repeat([]byte{i}, 100_000+1000*int(i)) }

// whole checks that the file has one of the versions.
func whole(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || len(data) == 0 || !bytes.Equal(data, version(data[0])) {
		t.Errorf("%d bytes (%v), want a whole version", len(data), err)
	}
}

// Whenever a process is killed, the file that it writes is whole, and the next write leaves it alone in its folder.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	path := filepath.Join(t.TempDir(), "net.h5")
	if err := os.WriteFile(path, version(0), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		was, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killed+"="+path)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// it has written once the file is another
		for start := time.Now(); ; time.Sleep(time.Millisecond) {
			if is, err := os.Stat(path); err != nil || time.Since(start) > 30*time.Second {
				t.Fatalf("the child did not write (%v): %v", err, child.Process.Kill())
			} else if !os.SameFile(was, is) {
				break
			}
		}
		time.Sleep(rand.N(20 * time.Millisecond))
		if err := child.Process.Kill(); err != nil {
			t.Error(err)
		}
		var exit *exec.ExitError
		if err := child.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("the child ended with %v, want by the signal", err)
		}
		whole(t, path)
	}
	if err := atomicfile.Write(path, after); err != nil {
		t.Fatal(err)
	}
	holds(t, path, after)
}

// Writers of one path do not mix, and every reader sees a whole file.
func TestConcurrentWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	if err := atomicfile.Write(path, version(0)); err != nil {
		t.Fatal(err)
	}
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for i := range byte(4) {
		writers.Go(func() {
			for j := range byte(25) {
				if err := atomicfile.Write(path, version(i*25+j)); err != nil {
					t.Error(err)
				}
			}
		})
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					whole(t, path)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("the folder has %v (%v), want the file alone", list, err)
	}
}

// A new file is under the umask; one that replaces another has the permissions of that one, under any umask.
func TestPermissions(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	path := filepath.Join(t.TempDir(), "net.h5")
	check := func(want fs.FileMode) {
		t.Helper()
		if err := atomicfile.Write(path, after); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(path); err != nil || info.Mode() != want {
			t.Errorf("mode %v (%v), want %v", info.Mode(), err, want)
		}
		holds(t, path, after)
	}
	check(0o640)
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o666, 0o755, 0o444} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		check(mode)
	}
}

// A symbolic link is replaced by the file, also one that points to nothing; what it points to stays.
func TestSymbolicLink(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "private")
	put(t, elsewhere)
	if err := os.Chmod(elsewhere, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{elsewhere, filepath.Dir(elsewhere), "nothing"} {
		path := filepath.Join(t.TempDir(), "net.h5")
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		if err := atomicfile.Write(path, after); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Mode().Perm() == 0o600 {
			t.Errorf("mode %v (%v), want a new file", info.Mode(), err)
		}
		holds(t, path, after)
	}
	holds(t, elsewhere, before)
}

func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.Write(path, after)
	if err == nil || !strings.Contains(err.Error(), path+": not a regular file") {
		t.Errorf("error %v", err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
		t.Errorf("the pipe is %v now (%v)", info.Mode(), err)
	}
}
