//go:build mpi

package mpi

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"gorgonia-lectures/common/model"
)

var _ model.Sharer = (*world)(nil)

// address is where the processes of a machine find memory.
type address struct {
	Machine string // what they must have in common to get there; empty: out of reach
	PID     int
	File    int
}

// machine tells machines apart, by their boots, and so containers, by their process numbers, and network namespaces: ranks that
// were given networks of their own are to use them.
func machine() (string, error) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	name := string(boot)
	for _, kind := range []string{"pid", "net"} {
		space, bad := os.Readlink("/proc/self/ns/" + kind)
		name, err = name+space+"\n", errors.Join(err, bad)
	}
	return name, err
}

// Share is that of model.Sharer: a file in memory that rank 0 makes and the others open by its process, so that no folder
// has to have room for it, and nothing is left of it when the processes end, however they do. An operating system that
// refuses a part of this gives no memory: messages do without.
func (w *world) Share(bytes int) (memory []byte, release func() error, err error) {
	own := address{PID: os.Getpid(), File: -1}
	name, refused := machine()
	if w.rank == 0 && refused == nil {
		own.File, refused = fileOf(bytes)
	}
	if refused == nil {
		own.Machine = name
	}
	text, err := json.Marshal(own)
	if err != nil {
		return nil, nil, err
	}
	all, err := w.Gather(string(text))
	if err != nil {
		return nil, nil, err
	}
	first, here, err := reach(all)
	if err == nil && here {
		memory = first.open(bytes)
	}
	left := []float64{0, 0}
	if memory == nil {
		left[0] = 1
	}
	err = errors.Join(err, w.Sum64(left[1:], left[:1])) // then all have opened it
	if own.File >= 0 {
		err = errors.Join(err, unix.Close(own.File))
	}
	release = func() error { return unix.Munmap(memory) }
	if err == nil && left[1] == 0 {
		return memory, release, nil
	}
	if memory != nil {
		err = errors.Join(err, release())
	}
	return nil, nil, err
}

// fileOf makes a file in memory; pages that nobody writes take none.
func fileOf(bytes int) (int, error) {
	file, err := unix.MemfdCreate("ranks", unix.MFD_CLOEXEC)
	if err != nil {
		return -1, err
	}
	if err := unix.Ftruncate(file, int64(bytes)); err != nil {
		return -1, errors.Join(err, unix.Close(file))
	}
	return file, nil
}

// reach tells whether all ranks are where rank 0 has its file.
func reach(all []string) (first address, here bool, err error) {
	for rank, text := range all {
		var a address
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			return first, false, fmt.Errorf("the address of rank %d: %w", rank, err)
		}
		if rank == 0 {
			first = a
		}
		if a.Machine == "" || a.Machine != first.Machine {
			return first, false, nil
		}
	}
	return first, true, nil
}

// open maps the file into this process; nil if that is refused.
func (a address) open(bytes int) []byte {
	file, err := unix.Open(fmt.Sprintf("/proc/%d/fd/%d", a.PID, a.File), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	memory, err := unix.Mmap(file, 0, bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if bad := unix.Close(file); err != nil || bad != nil {
		return nil
	}
	return memory
}
