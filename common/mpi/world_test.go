//go:build mpi && linux

package mpi

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"gorgonia-lectures/common/model"
)

// The world adds up, hands out and gathers, for any number of ranks and any length, also none.
func TestWorld(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(workVariable, "world")
	for _, ranks := range []int{2, 3, 4} {
		printed := begin(t, t.TempDir(), nil, "-np", fmt.Sprint(ranks), self).finish()
		lines := strings.Split(strings.TrimSpace(printed), "\n")
		slices.Sort(lines)
		for rank := range ranks {
			if want := fmt.Sprintf("rank %d of %d: right", rank, ranks); rank >= len(lines) || lines[rank] != want {
				t.Fatalf("%d ranks printed\n%s", ranks, printed)
			}
		}
	}
	if printed := begin(t, t.TempDir(), nil, "-np", "1", self).finish(); printed != "alone\n" {
		t.Errorf("one rank printed %q", printed)
	}
}

// checkWorld is one rank's part: twice from two threads in turn.
func checkWorld(w World) error {
	if w == nil {
		fmt.Println("alone")
		return nil
	}
	if w.Rank() != Rank() {
		return fmt.Errorf("MPI says rank %d", w.Rank())
	}
	turns, errs := []chan bool{make(chan bool, 1), make(chan bool, 1)}, make(chan error, 2)
	for i := range turns {
		go func() {
			runtime.LockOSThread() // never unlocked: a thread of its own
			var err error
			for range 2 {
				<-turns[i]
				if err == nil {
					err = checkCalls(w)
				}
				turns[1-i] <- true
			}
			errs <- err
		}()
	}
	turns[0] <- true
	for range turns {
		if err := <-errs; err != nil {
			return err
		}
	}
	fmt.Printf("rank %d of %d: right\n", w.Rank(), w.Size())
	return nil
}

func checkCalls(w World) error {
	for _, n := range []int{1, 4096, 3_000_001} {
		if err := checkShare(w, n); err != nil {
			return fmt.Errorf("Share of %d bytes: %w", n, err)
		}
	}
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
			return fmt.Errorf("Gather gave %d words", len(all))
		}
		for rank, got := range all {
			if got != word(rank) {
				return fmt.Errorf("Gather: %d bytes of rank %d, want %d", len(got), rank, len(word(rank)))
			}
		}
	}
	return nil
}

// checkShare has each rank write its part of the memory, and read what the others wrote. Ranks of one machine have memory in common.
func checkShare(w World, n int) error {
	s, ok := w.(model.Sharer)
	if !ok {
		return errors.New("it is no Sharer")
	}
	memory, release, err := s.Share(n)
	if err != nil || len(memory) != n {
		return fmt.Errorf("%d bytes: %w", len(memory), err)
	}
	if at := uintptr(unsafe.Pointer(&memory[0])) % 64; at != 0 {
		return fmt.Errorf("it begins %d bytes behind a cache line", at)
	}
	own, all := [1]float64{1}, [1]float64{}
	for turn := range 2 { // a second Share may be while the first one's memory is there
		for i := range memory {
			if i%w.Size() != w.Rank() {
				continue
			}
			if turn == 0 && memory[i] != 0 {
				return fmt.Errorf("byte %d is %d, want 0", i, memory[i])
			}
			memory[i] = byte(i + turn)
		}
		if err := w.Sum64(all[:], own[:]); err != nil {
			return err
		}
		for i, b := range memory {
			if b != byte(i+turn) {
				return fmt.Errorf("rank %d reads %d in byte %d, want %d", w.Rank(), b, i, byte(i+turn))
			}
		}
		if err := w.Sum64(all[:], own[:]); err != nil {
			return err
		}
		_, again, err := s.Share(16)
		if err == nil {
			err = again()
		}
		if err != nil {
			return err
		}
	}
	if err := release(); err != nil {
		return err
	}
	return nothingLeft()
}

// nothingLeft wants that this process has no file of Share any more, neither open nor in its memory.
func nothingLeft() error {
	const name = "memfd:ranks"
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return err
	}
	if strings.Contains(string(maps), name) {
		return errors.New("there is still memory of Share")
	}
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, f := range files {
		if to, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && strings.Contains(to, name) { // an error: it is closed by now
			return errors.New("there is still a file of Share")
		}
	}
	return nil
}

// checkSum sums whole numbers, which are exact, into a slice with a guard behind.
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
		return fmt.Errorf("the value behind is %v", all[n])
	}
	return nil
}
