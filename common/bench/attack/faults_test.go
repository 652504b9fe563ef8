//go:build faults

package main

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"gorgonia-lectures/common/bench"
)

func TestMain(m *testing.M) {
	execWithoutLocks()
	inMounts()
	os.Exit(m.Run())
}

// whole returns an attack with built programs.
func whole(t *testing.T) *attack {
	t.Chdir("../../..")
	if why := noMounts(); why != "" {
		t.Fatalf("nothing can be mounted: %s", why)
	}
	a := &attack{folder: t.TempDir(), built: t.TempDir(), runs: map[string]*undisturbed{}}
	if err := bench.Build(a.built, "", programs...); err != nil {
		t.Fatal(err)
	}
	return a
}

// passes checks that a trial finds no fault.
func (a *attack) passes(t *testing.T, try func(*trial) error) {
	t.Helper()
	l := &trial{attack: a, rng: rand.New(rand.NewPCG(1, 2)), folder: t.TempDir()}
	if err := os.Mkdir(l.path("tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := try(l)
	for _, f := range l.faults {
		t.Error(f)
	}
	if failed := l.unmount(); failed != nil || err != nil {
		t.Fatal(err, failed)
	}
	if len(l.faults) > 0 {
		t.Log(strings.Join(l.commands, "\n"))
	}
}

// Each fault of a disk, at each place for a small net, and at the places of the net for larger ones.
func TestDisks(t *testing.T) {
	a := whole(t)
	for _, r := range saves {
		where := map[string][]string{"iris": places, "mnistmlp": places[1:3], "mnistcnn": places[3:],
			"scratch": places[:1]}[r.program]
		for _, f := range diskFaults {
			for _, place := range where {
				t.Run(r.program+" "+place+" "+f.name, func(t *testing.T) {
					a.passes(t, func(l *trial) error { return l.onDisk(r, f, place) })
				})
			}
		}
	}
}

func TestFullStandardOutput(t *testing.T) {
	a := whole(t)
	for _, r := range saves {
		t.Run(r.program, func(t *testing.T) { a.passes(t, func(l *trial) error { return l.fullOutput(r) }) })
	}
}
