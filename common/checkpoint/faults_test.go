package checkpoint

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/atomicfile/failing"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
)

// tireless is a Keeper of a CNN that writes after each epoch, as its clock stands still and writes take no time.
func tireless(t *testing.T, path string, fsys atomicfile.FS) (*Keeper, func(...model.Callback) ended) {
	t.Helper()
	net := smallCNN(t)
	k := &Keeper{Net: net, Info: someInfo, Path: path, FS: fsys, now: func() time.Time { return time.Time{} }}
	return k, func(after ...model.Callback) ended {
		callbacks := append([]model.Callback{k.Callback()}, after...)
		return end(t, net, fit(t, net, nets.Digits(t, 33), model.Fit{Epochs: 4, Batch: 8}, callbacks...))
	}
}

// Any operation of a write may fail in any way: the error names the file, the earlier file stays, the run ends with the
// same bits, and the next write succeeds.
func TestEachOperationFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	all := failing.New(atomicfile.OS{}, 0, nil)
	_, run := tireless(t, path, all)
	undisturbed := run()
	operations := all.Operations()
	per := len(operations) / 4
	if len(operations) != 4*per || per < 7 {
		t.Fatalf("%d operations in 4 writes", len(operations))
	}
	for n := per + 1; n <= 2*per; n++ { // the second write
		for _, c := range []struct {
			name  string
			cause error
		}{{"full", syscall.ENOSPC}, {"broken", syscall.EIO}, {"short", failing.ErrShort}} {
			t.Run(operations[n-1]+"/"+c.name, func(t *testing.T) {
				failsOnce(t, n, c.cause, operations[n-1], undisturbed)
			})
		}
	}
}

// failsOnce makes operation n fail, which is one of the second write.
func failsOnce(t *testing.T, n int, cause error, operation string, undisturbed ended) {
	path := filepath.Join(t.TempDir(), "net.h5")
	k, run := tireless(t, path, failing.New(atomicfile.OS{}, n, cause))
	reason := cause
	if operation == "write" && cause == failing.ErrShort {
		reason = io.ErrShortWrite
	}
	var first []byte
	got := run(model.Callback{EpochEnd: func(e model.Epoch) error {
		alone(t, path)
		want := e.Epoch
		switch e.Epoch {
		case 1:
			first = content(t, path)
		case 2:
			if err := k.Err(); !errors.Is(err, reason) {
				t.Errorf("error %v, want %v", err, reason)
			}
			wording.Check(t, k.Err(), "checkpoint: ", path)
			if operation != "sync folder" { // which comes after the new file is in place
				want = 1
				if !bytes.Equal(content(t, path), first) {
					t.Error("the file of before has changed")
				}
			}
		}
		if (k.Err() != nil) != (e.Epoch == 2) {
			t.Errorf("epoch %d: error %v", e.Epoch, k.Err())
		}
		if p := open(t, path).Position; len(p.Epochs) != want {
			t.Errorf("epoch %d: the file has %d epochs, want %d", e.Epoch, len(p.Epochs), want)
		}
		return nil
	}})
	same(t, "with an error", got, undisturbed)
}

// noFS cannot make a file.
type noFS struct{ atomicfile.OS }

func (noFS) Create(path string, _ os.FileInfo) (atomicfile.File, error) {
	return nil, &os.PathError{Op: "open", Path: path, Err: syscall.EROFS}
}

// If no write succeeds, the run ends with the same bits, and Err has the error.
func TestEachWriteFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.h5")
	_, run := tireless(t, path, atomicfile.OS{})
	undisturbed := run()
	before := content(t, path)
	k, run := tireless(t, path, noFS{})
	warned := 0
	k.Warn = func(error) { warned++ }
	same(t, "with no file", run(), undisturbed)
	if !errors.Is(k.Err(), syscall.EROFS) {
		t.Errorf("error %v, want %v", k.Err(), syscall.EROFS)
	}
	if k.File() != "" {
		t.Errorf("the newest file is %s, want none", k.File())
	}
	if want := 4; warned != want { // the write at the end has its error in Err only
		t.Errorf("warned %d times, want %d", warned, want)
	}
	if !bytes.Equal(content(t, path), before) {
		t.Error("the file of before has changed")
	}
}

// A folder may vanish and come back in the middle of a run.
func TestFolderVanishes(t *testing.T) {
	_, run := tireless(t, filepath.Join(t.TempDir(), "net.h5"), nil)
	undisturbed := run()
	folder := filepath.Join(t.TempDir(), "out")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "net.h5")
	k, run := tireless(t, path, nil)
	var first []byte
	got := run(model.Callback{EpochEnd: func(e model.Epoch) error {
		switch e.Epoch {
		case 1:
			first = content(t, path)
			return os.Rename(folder, folder+" elsewhere")
		case 2:
			if err := k.Err(); !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), path) != 1 {
				t.Errorf("error %v, want that there is no folder, with the path once", err)
			}
			if _, err := os.Lstat(folder); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder is back (%v)", err)
			}
			if err := os.Rename(folder+" elsewhere", folder); err != nil {
				return err
			}
			if !bytes.Equal(content(t, path), first) {
				t.Error("the file of before has changed")
			}
		case 3:
			if p := open(t, path).Position; len(p.Epochs) != 3 || k.Err() != nil {
				t.Errorf("the file has %d epochs (%v), want 3", len(p.Epochs), k.Err())
			}
		}
		return nil
	}})
	same(t, "with a folder that was away", got, undisturbed)
	alone(t, path)
}
