package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/mpirun"
)

// sumSizes are the float32 in the all-reduces of which the link is fitted. A message between two ranks has up to 131,072.
const sumSizes = "16,256,1024,4096,16384,65536,131072,262144"

// here is what two ranks on this machine do.
type here struct {
	sums  []sum
	link  link
	steps map[string][2]bench.Samples // seconds of the steps of a net on one and on two ranks, by round
}

// build makes the worker. Its error tells why nothing can be measured with two ranks.
func build(out string) (worker string, err error) {
	folder, err := filepath.Abs(filepath.Join(out, "bin"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	return mpirun.Build(folder)
}

// measure times all-reduces and steps, of one and of two ranks in turn.
func measure(worker string, s settings) (*here, error) {
	seconds := strconv.FormatFloat(s.seconds, 'g', -1, 64)
	lines, err := mpirun.Worker(worker, 2, s.threads, "-sums", sumSizes, "-seconds", seconds)
	if err != nil {
		return nil, err
	}
	h := &here{steps: map[string][2]bench.Samples{}}
	for _, l := range lines {
		if l.Timed == mpirun.TimedSum {
			h.sums = append(h.sums, sum{bytes: 4 * float64(l.Values), seconds: l.Seconds / float64(l.Steps)})
		}
	}
	if h.link, err = fit(h.sums); err != nil {
		return nil, err
	}
	for _, name := range works {
		w, err := bench.WorkNamed(name)
		if err != nil {
			return nil, err
		}
		var steps [2]bench.Samples
		for range s.rounds {
			for ranks := 1; ranks <= 2; ranks++ {
				lines, err := mpirun.Worker(worker, ranks, s.threads, "-work", name, "-messages", "-batches", strconv.Itoa(ranks*w.Batch), "-seconds", seconds)
				if err != nil {
					return nil, fmt.Errorf("%s, %d ranks: %w", name, ranks, err)
				}
				for _, l := range lines {
					if l.Timed == mpirun.TimedTrain {
						steps[ranks-1] = append(steps[ranks-1], l.Seconds/float64(l.Steps))
					}
				}
			}
		}
		h.steps[name] = steps
	}
	return h, nil
}
