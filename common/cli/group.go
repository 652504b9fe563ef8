package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorgonia-lectures/common/cli/internal/record"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/mpi"
)

// join starts MPI if mpirun or srun started this process as one of several ranks. Rank 0 reports a failure for all;
// the other ranks wait until it has.
func join(ctx context.Context) (mpi.World, error) {
	world, err := mpi.Start()
	if err != nil {
		if mpi.Rank() > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(helperPatience):
			}
			os.Exit(exitFailed)
		}
		return nil, err
	}
	if world != nil {
		// the goroutine that exchanges gradients is in C most of the time: it needs no thread of the workers
		workers := runtime.GOMAXPROCS(0)
		kernel.SetWorkers(workers)
		runtime.GOMAXPROCS(workers + 1)
	}
	return world, nil
}

// helperPatience is how long the other ranks wait for rank 0 to report a failure and exit: then the launcher ends all.
const helperPatience = 5 * time.Second

// errHelper ends the program on all ranks but 0 after the training.
var errHelper = errors.New("the rest is done by rank 0")

// helper reports whether this is another rank than 0: it computes, and neither prints, draws nor writes.
func (r *Run) helper() bool { return r.group != nil && r.group.Rank() > 0 }

// checkGroup is an error for a run that several ranks cannot share.
func (r *Run) checkGroup() error {
	size := r.group.Size()
	switch {
	case r.predict:
		return fmt.Errorf("-predict: wants one process, not %d ranks", size)
	case !r.defaults.Net:
		return fmt.Errorf("%s trains in one process, not on %d ranks", r.Program, size)
	case r.defaults.Batch != 0 && r.Batch < size:
		return fmt.Errorf("-batch %d: %d ranks want at least a row each, as with -batch %d", r.Batch, size, size)
	}
	for _, f := range r.flags {
		if f.On() && f.Alone {
			return fmt.Errorf("-%s: wants one process, not %d ranks", f.Name, size)
		}
	}
	return nil
}

// agree compares the runs of all ranks, which must be the same; err is this rank's own error. After it all ranks but 0
// are silent.
func (r *Run) agree(err error) error {
	if errors.Is(err, flag.ErrHelp) { // all ranks must be asked for it
		if err := ranks.Agree(r.group, nil, ranks.Fact{Name: "program", Value: r.Program + " -h"}); err != nil {
			return err
		}
		return flag.ErrHelp
	}
	if err == nil {
		err = r.checkGroup()
	}
	facts := []ranks.Fact{{Name: "program", Value: r.Program}}
	build := record.Versions()
	for _, module := range record.Modules {
		facts = append(facts, ranks.Fact{Name: module, Value: build[module]})
	}
	for _, f := range r.flags {
		// a machine may have its own folder, whose rows are compared, and its own language
		if f.Name != "data" && f.Name != "lang" {
			value := f.Text
			if shown(value) != value {
				value = strconv.Quote(value) // whole: all of it is compared
			}
			facts = append(facts, ranks.Fact{Name: "-" + f.Name, Value: value})
		}
	}
	levels, err := ranks.AgreeProgram(r.group, err, facts...)
	if err != nil {
		return err
	}
	if r.helper() {
		r.Quiet, r.NoPictures, r.live = true, true, false
		r.SaveTo, r.GraphTo, r.checkpointTo, r.tensorboardTo = "", "", "", ""
		return nil
	}
	r.Printf("%d ranks", len(levels))
	if level := kernel.ActiveLevel(); slices.ContainsFunc(levels, func(l string) bool { return l != level.String() }) {
		r.Printf(", all at the CPU level %v, the lowest of %s", level, strings.Join(levels, ", "))
	}
	r.Printf("\n")
	return nil
}

// reportError gives the other ranks, which wait, an error that this one has before they train together. Later they have
// ended, or have the same error.
func (r *Run) reportError(err error) error {
	if known := new(ranks.RankError); r.group == nil || err == nil || r.trains || errors.As(err, &known) {
		return err
	}
	return ranks.Agree(r.group, err)
}

// together notes that the ranks train, and ends all but rank 0 after that.
func (r *Run) together() model.Callback {
	c := model.Callback{TrainBegin: func(model.Run) error {
		r.trains = true
		return nil
	}}
	if r.helper() {
		c.TrainEnd = func(*model.History) error { return errHelper }
	}
	return c
}
