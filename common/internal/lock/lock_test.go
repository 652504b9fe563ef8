package lock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// taken is a lock that the test releases.
func taken(t *testing.T, path, by string) *Lock {
	t.Helper()
	l, err := Take(path, by)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return l
}

// empty checks that the folder has nothing.
func empty(t *testing.T, folder string) {
	t.Helper()
	if list, err := os.ReadDir(folder); err != nil || len(list) != 0 {
		t.Errorf("the folder has %v (%v), want nothing", list, err)
	}
}

// The second run is refused with what the first says of itself, until that is done; nothing stays.
func TestTake(t *testing.T) {
	long := strings.Repeat("n", 254)
	for _, name := range []string{"net.h5", "그물 1.h5", long + "1"} {
		folder := t.TempDir()
		path := filepath.Join(folder, name)
		first := taken(t, path, "xor (process 7)")
		_, err := Take(path, "xor (process 8)")
		if held := new(HeldError); !errors.As(err, &held) || held.By != "xor (process 7)" {
			t.Errorf("%s: error %v, want one that names the first", name, err)
		}
		if !first.Of(path) || first.Of(filepath.Join(folder, long+"2")) {
			t.Errorf("%s: the lock is not of its path alone", name)
		}
		taken(t, filepath.Join(folder, long+"2"), "").Release()
		first.Release()
		taken(t, path, "").Release()
		empty(t, folder)
	}
}

// A folder with two names is one folder.
func TestTakeByALink(t *testing.T) {
	folder := t.TempDir()
	inner, link := filepath.Join(folder, "inner"), filepath.Join(folder, "link")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(inner, link); err != nil {
		t.Logf("this user makes no links: %v", err)
		return
	}
	l := taken(t, filepath.Join(inner, "net.h5"), "")
	defer l.Release()
	if _, err := Take(filepath.Join(link, "net.h5"), ""); err == nil || !l.Of(filepath.Join(link, "net.h5")) {
		t.Errorf("error %v, want that the lock is held", err)
	}
}

// The file that a killed run leaves keeps nobody out, whatever is in it.
func TestTakeWhatIsLeft(t *testing.T) {
	for _, left := range []string{"", "xor (process 7)\n", strings.Repeat("x", 1000)} {
		path := filepath.Join(t.TempDir(), "net.h5")
		if err := os.WriteFile(beside(path), []byte(left), 0o444); err != nil {
			t.Fatal(err)
		}
		l := taken(t, path, "iris (process 8)")
		if _, err := Take(path, ""); err == nil {
			t.Errorf("%q: no error, want that the lock is held", left)
		}
		l.Release()
		empty(t, filepath.Dir(path))
	}
}

// What a holder says is one line that can be read, or nothing.
func TestHolder(t *testing.T) {
	for said, want := range map[string]string{"": "another run", "xor (pro": "another run", "x\x1b[2J\n": `x\x1b[2J`,
		strings.Repeat("x", 400) + "\n": "another run"} {
		path := filepath.Join(t.TempDir(), "net.h5")
		l := taken(t, path, "")
		if err := errors.Join(l.file.Truncate(0), os.WriteFile(beside(path), []byte(said), 0o644)); err != nil {
			t.Fatal(err)
		}
		_, err := Take(path, "")
		if err == nil || err.Error() != want+" writes there" {
			t.Errorf("%q: error %v, want %q", said, err, want)
		}
		l.Release()
	}
}

func TestTakeWhereNoFileCanBe(t *testing.T) {
	folder := t.TempDir()
	if _, err := Take(filepath.Join(folder, "none", "net.h5"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in no folder: %v", err)
	}
	path := filepath.Join(folder, "net.h5")
	if err := os.Mkdir(beside(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(path, ""); err == nil || err.Error() != ".net.h5.lock: not a regular file" {
		t.Errorf("with a folder in the way: %v", err)
	}
}

func TestTakeWithoutLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	l, err := take(path, "", func(*os.File) error { return errors.ErrUnsupported })
	if l != nil || !errors.Is(err, ErrNone) {
		t.Errorf("%v and error %v, want ErrNone", l, err)
	}
	empty(t, filepath.Dir(path))
}

// However many try at once, one has the lock, also while others remove its file.
func TestOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	var holders, turns atomic.Int32
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			for range 200 {
				l, err := Take(path, "")
				if err != nil {
					continue
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				turns.Add(1)
				holders.Add(-1)
				l.Release()
			}
		})
	}
	runs.Wait()
	if turns.Load() == 0 {
		t.Error("nobody had the lock")
	}
	empty(t, filepath.Dir(path))
}
