// Package mpi makes a ranks.Group of the processes of a program that mpirun or srun started:
//
//	world, err := mpi.Start()
//	...
//	history, err := net.Fit(ctx, data, model.Fit{..., Distribution: ranks.New(world)})
//	...
//	world.Close()
//
// Start one rank on each machine, with all its threads. MPI needs the build tag mpi, a C compiler and Open MPI. Without
// the tag the package detects that ranks were started, and Start returns an error that says what is missing.
package mpi

import (
	"fmt"
	"os"
	"strconv"

	"gorgonia-lectures/common/ranks"
)

// World is the group of all ranks of the program.
type World interface {
	ranks.Group

	// Close waits for the Close of all ranks. The process cannot Start again.
	Close()
}

// Start joins the ranks that a launcher started. It returns nil without an error if there is only one rank. Only the
// process for which Rank returns 0 should report an error.
func Start() (World, error) {
	l := launched(os.LookupEnv)
	if l.ranks < 2 {
		return nil, nil
	}
	if l.strangers && Built {
		return nil, fmt.Errorf("srun started %d tasks that do not know of each other: use srun --mpi=pmix", l.ranks)
	}
	return start(l.ranks)
}

// Rank returns the number of this process among those that a launcher started; 0 without a launcher.
func Rank() int { return launched(os.LookupEnv).rank }

// launch has the settings of a launcher in the environment.
type launch struct {
	rank, ranks int  // ranks is 0 without a launcher
	strangers   bool // Slurm's tasks without MPI
}

// launched reads the environment: that of Open MPI's mpirun, of other MPIs', and of Slurm's srun, which starts tasks
// with MPI or without.
func launched(lookup func(string) (string, bool)) launch {
	number := func(name string) int {
		text, _ := lookup(name)
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	for _, name := range []struct{ ranks, rank string }{
		{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
		{"PMI_SIZE", "PMI_RANK"},
	} {
		if ranks := number(name.ranks); ranks > 0 {
			return launch{rank: number(name.rank), ranks: ranks}
		}
	}
	tasks := number("SLURM_STEP_NUM_TASKS")
	if _, ok := lookup("PMIX_RANK"); ok {
		return launch{rank: number("PMIX_RANK"), ranks: tasks}
	}
	return launch{rank: number("SLURM_PROCID"), ranks: tasks, strangers: tasks > 1}
}
