package mpi

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// What launchers leave in the environment.
func TestLaunched(t *testing.T) {
	for _, c := range []struct {
		name, environment string
		want              launch
	}{
		{"no launcher", "HOME=/root PATH=/bin", launch{}},
		{"Open MPI", "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3 PMIX_RANK=3", launch{rank: 3, ranks: 4}},
		{"Open MPI, one rank", "OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0 PMIX_RANK=0", launch{ranks: 1}},
		{"Open MPI in a job of Slurm", "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1", launch{rank: 2, ranks: 4}},
		{"MPICH", "PMI_SIZE=8 PMI_RANK=7", launch{rank: 7, ranks: 8}},
		{"srun --mpi=pmi2", "PMI_SIZE=8 PMI_RANK=7 SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=7", launch{rank: 7, ranks: 8}},
		{"srun --mpi=pmix", "PMIX_RANK=5 SLURM_STEP_NUM_TASKS=6 SLURM_PROCID=5", launch{rank: 5, ranks: 6}},
		{"srun --mpi=pmix, one task", "PMIX_RANK=0 SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0", launch{ranks: 1}},
		{"srun without MPI", "SLURM_STEP_NUM_TASKS=6 SLURM_PROCID=5", launch{rank: 5, ranks: 6, strangers: true}},
		{"srun without MPI, one task", "SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0", launch{ranks: 1}},
		{"a job of Slurm that is no step", "SLURM_NTASKS=6 SLURM_PROCID=0", launch{}},
		{"words", "OMPI_COMM_WORLD_SIZE=many OMPI_COMM_WORLD_RANK=first", launch{}},
		{"no numbers of ranks", "OMPI_COMM_WORLD_SIZE=-2 PMI_SIZE=0 SLURM_STEP_NUM_TASKS=2.5", launch{}},
		{"empty", "OMPI_COMM_WORLD_SIZE= PMI_SIZE= PMIX_RANK= SLURM_STEP_NUM_TASKS=", launch{}},
		{"a rank that is none", "OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=-1", launch{ranks: 2}},
		{"too large", "OMPI_COMM_WORLD_SIZE=99999999999999999999", launch{}},
		{"nonsense of Open MPI beside MPICH", "OMPI_COMM_WORLD_SIZE=x PMI_SIZE=2 PMI_RANK=1", launch{rank: 1, ranks: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			values := map[string]string{}
			for _, pair := range strings.Fields(c.environment) {
				name, value, _ := strings.Cut(pair, "=")
				values[name] = value
			}
			got := launched(func(name string) (string, bool) {
				value, ok := values[name]
				return value, ok
			})
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// One process is no error, with a launcher or without. One of several ranks that do not know of each other is an error
// that says what to do.
func TestStart(t *testing.T) {
	for _, name := range []string{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMI_SIZE", "PMI_RANK", "PMIX_RANK", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"} {
		t.Setenv(name, "")
	}
	if world, err := Start(); world != nil || err != nil || Rank() != 0 {
		t.Errorf("nobody launched it: %v, %v, rank %d", world, err, Rank())
	}
	t.Setenv("OMPI_COMM_WORLD_SIZE", "1")
	if world, err := Start(); world != nil || err != nil {
		t.Errorf("one rank: %v, %v", world, err)
	}
	facts := []string{"2 tasks", "--mpi=pmix"}
	if !Built {
		facts = []string{"2 ranks", "-tags mpi"}
		t.Setenv("OMPI_COMM_WORLD_SIZE", "2")
		checkRefused(t, facts)
	}
	t.Setenv("OMPI_COMM_WORLD_SIZE", "")
	t.Setenv("SLURM_STEP_NUM_TASKS", "2")
	t.Setenv("SLURM_PROCID", "1")
	if err := os.Unsetenv("PMIX_RANK"); err != nil {
		t.Fatal(err)
	}
	checkRefused(t, facts)
	if Rank() != 1 {
		t.Errorf("rank %d, want 1", Rank())
	}
}

func checkRefused(t *testing.T, facts []string) {
	t.Helper()
	world, err := Start()
	missing := func(fact string) bool { return !strings.Contains(err.Error(), fact) }
	if world != nil || err == nil || slices.ContainsFunc(facts, missing) {
		t.Errorf("%v, %v, want an error with %q", world, err, facts)
	}
}
