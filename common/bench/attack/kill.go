//go:build unix

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// training is a program with flags that make it train for about a second.
type training struct{ program, args string }

var trainings = []training{
	{"linreg", "-epochs 10000 -batch 8"},
	{"xor", "-epochs 10000"},
	{"iris", "-epochs 200 -batch 2 -keep best"},
	{"mnistmlp", "-limit 300 -batch 4 -epochs 6"},
	{"mnistcnn", "-limit 100 -batch 16 -epochs 3"},
}

func (r training) flags() []string { return append(strings.Fields(r.args), "-no-pictures") }

// killTraining kills a run with -checkpoint several times and resumes it each time. It must end with the same bits as
// an undisturbed run, and with -tensorboard have the loss of each epoch.
func killTraining(t *trial) error {
	r := pick(t, trainings...)
	whole, err := t.undisturbed(r.program, r.flags())
	if err != nil {
		return err
	}
	files := append(t.files(r.program, t.path("out")), "-checkpoint-every", pick(t, "1ms", "30ms", "0"))
	logs := pick(t, "", t.path("logs"))
	if logs != "" {
		files = append(files, "-tensorboard", logs)
		if t.rng.IntN(2) == 0 {
			files = append(files, "-histograms")
		}
	}
	for kills := 1 + t.rng.IntN(4); ; kills-- {
		args := append([]string{"-resume", t.path("run.h5")}, files...)
		if _, err := os.Stat(t.path("run.h5")); err != nil {
			args = append(append(r.flags(), "-checkpoint", t.path("run.h5")), files...)
		}
		p, err := t.start("", r.program, args...)
		if err != nil {
			return err
		}
		if kills > 0 {
			if t.rng.IntN(3) > 0 {
				p.changes(t.path("run.h5"), 1+t.rng.IntN(3))
			}
			p.sleep(t.span(whole.took))
			p.signal(syscall.SIGKILL)
		}
		t.end(p, 0, -1)
		if p.code() == 0 {
			break
		}
	}
	t.same(r.program, t.path("out"), whole.out)
	t.noneLeft("after the run has ended", t.path(), t.path("out"))
	if logs != "" {
		t.curve(t.path("out", "history.csv"), logs)
	}
	return nil
}

// changes waits until a file has been replaced n times.
func (p *process) changes(path string, n int) {
	before, _ := os.Stat(path) // nil: no file yet
	for range n {
		p.until(func() bool {
			now, err := os.Stat(path)
			return err == nil && (before == nil || !os.SameFile(before, now) || !before.ModTime().Equal(now.ModTime()))
		})
		before, _ = os.Stat(path)
	}
}

// saves are runs that spend most of their time in saves.
var saves = []training{
	{"linreg", "-epochs 50"},
	{"xor", "-epochs 200"},
	{"iris", "-epochs 20"},
	{"mnistmlp", "-limit 20 -epochs 1"},
	{"mnistcnn", "-limit 20 -epochs 1"},
	{"scratch", "-epochs 300"},
}

// killSaves kills a run while it replaces the files of an earlier one. Each file must then be that of one of the two,
// and the next run must leave no temporary file.
func killSaves(t *trial) error {
	r := pick(t, saves...)
	before, err := t.undisturbed(r.program, r.drawn())
	if err != nil {
		return err
	}
	flags := append(strings.Fields(r.args), "-svg", "-seed", "2")
	after, err := t.undisturbed(r.program, flags)
	if err != nil {
		return err
	}
	out := t.path("out")
	if err := os.CopyFS(out, os.DirFS(before.out)); err != nil {
		return err
	}
	for range 1 + t.rng.IntN(3) {
		p, err := t.start("", r.program, append(slices.Clone(flags), t.files(r.program, out)...)...)
		if err != nil {
			return err
		}
		switch n := t.rng.IntN(3); {
		case n > 0:
			seen := map[string]bool{} // temporary files of earlier kills
			for _, path := range t.left(out) {
				seen[path] = true
			}
			for wanted := 1 + t.rng.IntN(8); wanted > 0 && p.runs() && time.Since(p.begun) < patience; {
				for _, path := range t.left(out) {
					if !seen[path] {
						seen[path] = true
						wanted--
					}
				}
			}
			if n > 1 {
				p.sleep(t.span(20 * time.Millisecond))
			}
		default:
			p.sleep(t.span(after.took))
		}
		p.signal(syscall.SIGKILL)
		t.end(p, 0, -1)
		for _, path := range t.list(before.out) {
			t.either(filepath.Base(path), out, before.out, after.out)
		}
	}
	p, err := t.start("", r.program, append(slices.Clone(flags), t.files(r.program, out)...)...)
	if err != nil {
		return err
	}
	t.end(p, 0)
	t.same(r.program, out, after.out)
	t.allWhole(out)
	t.noneLeft("after the next save", out)
	return nil
}

// either checks that a file equals that of one of two runs.
func (t *trial) either(name, out, before, after string) {
	if t.differs(filepath.Join(out, name), filepath.Join(before, name)) == nil {
		return
	}
	t.sameFile(filepath.Join(out, name), filepath.Join(after, name))
}
