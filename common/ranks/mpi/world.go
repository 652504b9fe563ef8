//go:build mpi

package mpi

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	gompi "github.com/sbromberger/gompi"
)

// Built reports whether the build tag was given.
const Built = true

// start begins MPI, for calls from any thread: package ranks calls the group from a goroutine of its own. An error of
// MPI ends the whole job, with MPI's own message.
func start(ranks int) (World, error) {
	if _, given := os.LookupEnv(yieldVariable); !given {
		if err := os.Setenv(yieldVariable, "1"); err != nil {
			return nil, err
		}
	}
	gompi.Start(true)
	w := &world{comm: gompi.NewCommunicator(nil)}
	w.rank, w.size = w.comm.Rank(), w.comm.Size()
	if w.size != ranks {
		w.Close()
		return nil, fmt.Errorf("%d ranks were started, but MPI knows of %d: is the launcher that of another MPI?",
			ranks, w.size)
	}
	name, err := machine()
	if err != nil {
		return nil, err
	}
	names, err := w.Gather(name)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	w.machines = len(slices.Compact(names))
	return w, nil
}

// machine is the name of this machine with that of its network: containers of one machine have networks of their own.
func machine() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", err
	}
	network, _ := os.Readlink("/proc/self/ns/net") // an error: the system has no such networks
	return host + " " + network, nil
}

// yieldVariable is Open MPI's parameter by which a rank yields its core while it waits for others, so that the backward
// pass continues there. By default it waits busily.
const yieldVariable = "OMPI_MCA_mpi_yield_when_idle"

// world is all ranks, through gompi.
type world struct {
	comm       *gompi.Communicator
	rank, size int
	machines   int
}

func (w *world) Rank() int     { return w.rank }
func (w *world) Size() int     { return w.size }
func (w *world) Machines() int { return w.machines }

func (w *world) Sum32(sum, own []float32) error {
	if len(own) == 0 {
		return nil
	}
	return w.comm.AllreduceFloat32s(sum[:len(own)], own, gompi.OpSum, 0)
}

func (w *world) Sum64(sum, own []float64) error {
	if len(own) == 0 {
		return nil
	}
	return w.comm.AllreduceFloat64s(sum[:len(own)], own, gompi.OpSum, 0)
}

func (w *world) Broadcast(values []float64) error {
	if len(values) > 0 {
		w.comm.BcastFloat64s(values, 0)
	}
	return nil
}

// The tags of Gather's messages.
const (
	tagOwn = 1
	tagAll = 2
)

// Gather collects the strings at rank 0, which sends them to all as JSON.
func (w *world) Gather(own string) ([]string, error) {
	if w.rank > 0 {
		w.comm.SendBytes(append([]byte(own), 0), 0, tagOwn) // at least one byte: an empty slice has no address
		text, _ := w.comm.RecvBytes(0, tagAll)
		var all []string
		err := json.Unmarshal(text, &all)
		return all, err
	}
	all := []string{own}
	for rank := 1; rank < w.size; rank++ {
		text, _ := w.comm.RecvBytes(rank, tagOwn)
		all = append(all, string(text[:len(text)-1]))
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	for rank := 1; rank < w.size; rank++ {
		w.comm.SendBytes(text, rank, tagAll)
	}
	return all, nil
}

func (w *world) Close() { gompi.Stop() }
