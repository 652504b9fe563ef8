// Package mpirun starts ranks that train beside each other, each bound to CPU cores of its own, and reads the lines
// that they print: those of mpi/worker by Open MPI's mpirun, and those of other libraries by their own ways.
package mpirun

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gorgonia-lectures/common/bench"
)

// Line is one JSON object on standard output. Rank 0 alone prints.
type Line struct {
	Versions map[string]string `json:"versions,omitempty"`
	Level    string            `json:"level,omitempty"` // of the CPU
	Timed    string            `json:"timed,omitempty"` // TimedTrain or TimedSum
	Batch    int               `json:"batch,omitempty"` // rows of a step, of all ranks together
	Values   int               `json:"values,omitempty"`
	Steps    int               `json:"steps,omitempty"`   // or sums
	Seconds  float64           `json:"seconds,omitempty"` // of all steps
	Reduce   float64           `json:"reduce,omitempty"`  // seconds that all-reduces took in the steps, beside the backward pass or behind it
	Loss     float64           `json:"loss,omitempty"`
}

// What is timed.
const (
	TimedTrain = "train" // steps of training
	TimedSum   = "sum"   // all-reduces of Values float32
)

// Build makes mpi/worker in a folder, with MPI. Its error tells what is missing.
func Build(folder string) (worker string, err error) {
	if _, err := exec.LookPath("mpirun"); err != nil {
		return "", fmt.Errorf("no Open MPI: %w", err)
	}
	worker = filepath.Join(folder, "worker")
	if runtime.GOOS == "windows" {
		worker += ".exe"
	}
	_, err = bench.Command("go", "build", "-tags", "mpi", "-o", worker, "gorgonia-lectures/common/bench/mpi/worker")
	if err != nil {
		return "", fmt.Errorf("the worker wants cgo and the headers of Open MPI: %w", err)
	}
	return worker, nil
}

// Worker runs the worker on so many ranks, each on as many cores as it has threads.
func Worker(worker string, ranks, threads int, arguments ...string) ([]Line, error) {
	words := []string{"mpirun", "-np", strconv.Itoa(ranks), "--bind-to", "core",
		"--map-by", "slot:PE=" + strconv.Itoa(threads), worker, "-threads", strconv.Itoa(threads)}
	return Lines(append(words, arguments...), nil)
}

// limit ends ranks that hang.
const limit = 10 * time.Minute

// Lines runs a command and reads what it prints.
func Lines(words, environment []string) ([]Line, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // a launcher ends its ranks at that
	cmd.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("not done after %v", limit)
		}
		return nil, fmt.Errorf("%s: %w: %s", filepath.Base(words[0]), err, said(stderr.String()))
	}
	return bench.ReadLines[Line](stdout.Bytes())
}

// said is what a launcher and its ranks said, without its rules and empty lines.
func said(text string) string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.Trim(line, "-") != "" {
			list = append(list, line)
		}
	}
	return strings.Join(list, "\n")
}
