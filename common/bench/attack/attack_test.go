//go:build unix

package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
	"gorgonia-lectures/common/tensorboard"
)

func lone(t *testing.T, number uint64) *trial {
	return &trial{attack: &attack{folder: t.TempDir()}, rng: rand.New(rand.NewPCG(1, number)), folder: t.TempDir()}
}

// A trial that is repeated alone makes the same damage; other trials make other damage.
func TestDamageIsDrawnFromTheSeed(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), 300)
	damaged := func(number uint64) []byte {
		l := lone(t, number)
		path := l.path("net.h5")
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := l.damage(path); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	changed := 0
	for number := range uint64(100) {
		first := damaged(number)
		if !bytes.Equal(first, damaged(number)) {
			t.Fatalf("trial %d did other damage the second time", number)
		}
		if !bytes.Equal(first, whole) {
			changed++
		}
	}
	if changed < 80 {
		t.Errorf("%d of 100 trials changed the file, want most", changed)
	}
}

// Two histories are equal if only their last column differs, two nets if all bytes are equal.
func TestDiffers(t *testing.T) {
	l := lone(t, 1)
	put := func(folder, name, text string) string {
		t.Helper()
		path := l.path(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"history.csv", "epoch,loss,seconds\n1,0.5,0.1\n", "epoch,loss,seconds\n1,0.5,0.2\n", true},
		{"history.csv", "epoch,loss,seconds\n1,0.5,0.1\n", "epoch,loss,seconds\n1,0.6,0.1\n", false},
		{"history.csv", "epoch,loss,seconds\n1,0.5,0.1\n", "epoch,loss,seconds\n1,0.5,0.1\n2,0.4,0.1\n", false},
		{"net.h5", "0,1", "0,2", false},
		{"net.h5", "0,1", "0,1", true},
		{"run.json", "{}", "[]", true},
		{"run.json", "{", "{}", false},
	} {
		if err := l.differs(put("a", c.name, c.a), put("b", c.name, c.b)); (err == nil) != c.same {
			t.Errorf("%s %q and %q: %v, want the same: %t", c.name, c.a, c.b, err, c.same)
		}
	}
}

// A curve lacks no epoch; a file that may be cut ends anywhere, another one with a whole record.
func TestCurve(t *testing.T) {
	net := nets.Compile(t, model.Sequential(model.Input(2), layer.Dense{Units: 1}),
		model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(0.1)})
	l := lone(t, 1)
	board := &tensorboard.Board{Dir: l.path("logs"), Net: net}
	history, err := net.Fit(t.Context(), dataset.XOR(), model.Fit{Epochs: 3, Batch: 4,
		Callbacks: []model.Callback{board.Callback()}})
	if err = errors.Join(err, board.Close()); err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	err = history.WriteCSV(&table)
	if err = errors.Join(err, os.WriteFile(l.path("history.csv"), table.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(l.path("logs", "train", "*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v (%v), want one file", paths, err)
	}
	whole, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		size       int
		whole, all bool
	}{
		{"whole", len(whole), true, true},
		{"cut", len(whole) - 3, false, true},
		{"half", len(whole) / 2, false, false},
		{"empty", 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(paths[0], whole[:c.size], 0o644); err != nil {
				t.Fatal(err)
			}
			l.faults = nil
			if l.curve(l.path("history.csv"), l.path("logs")); (len(l.faults) == 0) != c.all {
				t.Errorf("faults %q of the curve, want none: %t", l.faults, c.all)
			}
			l.faults = nil
			if l.events(false, l.path("logs")); (len(l.faults) == 0) != c.whole {
				t.Errorf("faults %q of the file, want none: %t", l.faults, c.whole)
			}
		})
	}
}

func TestTemporary(t *testing.T) {
	for name, want := range map[string]bool{
		".net.h5-0123456789abcdef": true, ".a-b-0123456789abcdef": true, "net.h5": false, ".net.h5": false,
		".net.h5-old": false,
	} {
		if temporary("out/"+name) != want {
			t.Errorf("%s is temporary: %t, want %t", name, !want, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"out/a.h5": "out/a.h5", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "\x1b[31m": `$'\x1b[31m'`, "그물": "그물",
	} {
		if got := quoted(word); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}
