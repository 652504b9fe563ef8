//go:build mpi

package mpi

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
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
	Bytes   int    // of the memory
	Word    uint64 // behind it, by which the file is known
}

// wordBytes is the room behind the memory.
const wordBytes = 8

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
	own := address{PID: os.Getpid(), File: -1, Bytes: bytes, Word: rand.Uint64()}
	name, refused := machine()
	if w.rank == 0 && refused == nil {
		if own.File, refused = own.file(); refused == nil {
			defer func() { err = errors.Join(err, unix.Close(own.File)) }()
		}
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
	if err != nil {
		return nil, nil, err
	}
	var mapped []byte
	if here {
		mapped = first.open()
	}
	var left, lefts [1]float64
	if mapped == nil {
		left[0] = 1
	}
	err = w.Sum64(lefts[:], left[:]) // then all have opened it
	if err == nil && lefts[0] == 0 {
		return mapped[:bytes:bytes], func() error { return unix.Munmap(mapped) }, nil
	}
	if mapped != nil {
		err = errors.Join(err, unix.Munmap(mapped))
	}
	return nil, nil, err
}

// file makes the file, with all its pages: a machine without room for them is to say so here.
func (a address) file() (int, error) {
	file, err := unix.MemfdCreate("ranks", unix.MFD_CLOEXEC)
	if err != nil {
		return -1, err
	}
	err = unix.Fallocate(file, 0, 0, int64(a.Bytes+wordBytes))
	if err == nil {
		_, err = unix.Pwrite(file, binary.NativeEndian.AppendUint64(nil, a.Word), int64(a.Bytes))
	}
	if err != nil {
		return -1, errors.Join(err, unix.Close(file))
	}
	return file, nil
}

// reach tells whether all ranks are where rank 0 has its file. It is an error if they ask for different memory.
func reach(all []string) (first address, here bool, err error) {
	here = true
	for rank, text := range all {
		var a address
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			return first, false, fmt.Errorf("the address of rank %d: %w", rank, err)
		}
		if rank == 0 {
			first = a
		}
		if a.Bytes != first.Bytes {
			return first, false, fmt.Errorf("rank %d asks for %d bytes of memory, rank 0 for %d", rank, a.Bytes, first.Bytes)
		}
		here = here && a.Machine != "" && a.Machine == first.Machine
	}
	return first, here, nil
}

// open maps the file into this process; nil if that is refused, or it is another file: machines that were started from one
// image may have the same name.
func (a address) open() []byte {
	file, err := unix.Open(fmt.Sprintf("/proc/%d/fd/%d", a.PID, a.File), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(file) // it was only opened
	var about unix.Stat_t
	if err := unix.Fstat(file, &about); err != nil || about.Size != int64(a.Bytes+wordBytes) {
		return nil
	}
	mapped, err := unix.Mmap(file, 0, a.Bytes+wordBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil
	}
	if binary.NativeEndian.Uint64(mapped[a.Bytes:]) != a.Word {
		_ = unix.Munmap(mapped) // an error: it stays, and nobody uses it
		return nil
	}
	return mapped
}
