//go:build mpi && linux

package mpi

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The world sums, broadcasts and gathers, for any number of ranks and any length, also 0.
func TestWorld(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(workVariable, "world")
	for _, ranks := range []int{2, 3, 4} {
		checkPrinted(t, begin(t, t.TempDir(), nil, "-np", fmt.Sprint(ranks), self).finish(), ranks, 1)
	}
	if printed := begin(t, t.TempDir(), nil, "-np", "1", self).finish(); printed != "alone\n" {
		t.Errorf("one rank printed %q", printed)
	}
}

// checkPrinted wants the line of each rank's checkWorld.
func checkPrinted(t *testing.T, printed string, ranks, machines int) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	slices.Sort(lines)
	for rank := range ranks {
		want := fmt.Sprintf("rank %d of %d, machines %d: right", rank, ranks, machines)
		if rank >= len(lines) || lines[rank] != want {
			t.Fatalf("%d ranks printed\n%s", ranks, printed)
		}
	}
}

// checkWorld runs on each rank: twice from each of two threads, alternately.
func checkWorld(w World) error {
	if w == nil {
		fmt.Println("alone")
		return nil
	}
	if w.Rank() != Rank() {
		return fmt.Errorf("rank %d of MPI, want that of the launcher", w.Rank())
	}
	next, errs := []chan bool{make(chan bool, 1), make(chan bool, 1)}, make(chan error, 2)
	for i := range next {
		go func() {
			runtime.LockOSThread() // never unlocked: a thread of its own
			var err error
			for range 2 {
				<-next[i]
				if err == nil {
					err = checkCalls(w)
				}
				next[1-i] <- true
			}
			errs <- err
		}()
	}
	next[0] <- true
	for range next {
		if err := <-errs; err != nil {
			return err
		}
	}
	fmt.Printf("rank %d of %d, machines %d: right\n", w.Rank(), w.Size(), w.Machines())
	return nil
}

func checkCalls(w World) error {
	for _, n := range []int{0, 1, 2, 3, 1000, 1<<16 + 1, 2_000_003} {
		if err := checkSum(w, n, w.Sum32); err != nil {
			return fmt.Errorf("Sum32 of %d: %w", n, err)
		}
		if err := checkSum(w, n, w.Sum64); err != nil {
			return fmt.Errorf("Sum64 of %d: %w", n, err)
		}
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i) + 0.1*float64(w.Rank())
		}
		if err := w.Broadcast(values); err != nil {
			return err
		}
		for i, v := range values {
			if v != float64(i) {
				return fmt.Errorf("Broadcast of %d: value %d is %v, want %d", n, i, v, i)
			}
		}
	}
	for _, word := range []func(rank int) string{
		func(rank int) string { return strings.Repeat("x", rank) }, // none of rank 0
		func(rank int) string { return fmt.Sprintf("rank %d\x00 \n \"quoted\" \u00e4 %d", rank, rank) },
		func(rank int) string { return strings.Repeat(fmt.Sprint(rank), 300_000) },
	} {
		all, err := w.Gather(word(w.Rank()))
		if err != nil {
			return err
		}
		if len(all) != w.Size() {
			return fmt.Errorf("Gather gave %d strings", len(all))
		}
		for rank, got := range all {
			if got != word(rank) {
				return fmt.Errorf("Gather: %d bytes of rank %d, want %d", len(got), rank, len(word(rank)))
			}
		}
	}
	return nil
}

// checkSum sums whole numbers, which are exact, into a slice with a guard after it.
func checkSum[T float32 | float64](w World, n int, sum func(all, own []T) error) error {
	own, all := make([]T, n), make([]T, n+1)
	for i := range own {
		own[i] = T(i%1000 + 1000*w.Rank())
	}
	all[n] = -7
	if err := sum(all[:n], own); err != nil {
		return err
	}
	ranks := w.Size()
	for i, v := range all[:n] {
		if want := T(ranks*(i%1000) + 1000*ranks*(ranks-1)/2); v != want || own[i] != T(i%1000+1000*w.Rank()) {
			return fmt.Errorf("value %d is %v, want %v; its own is %v", i, v, want, own[i])
		}
	}
	if all[n] != -7 {
		return fmt.Errorf("the guard is %v", all[n])
	}
	return nil
}
