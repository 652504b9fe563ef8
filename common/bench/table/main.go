// Command table runs the benchmarks of package bench at each CPU level in turn, some rounds, and
// prints the best of each as a table in Markdown. It is started in the module's folder.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
)

func main() {
	short := flag.Bool("short", false, "run each benchmark once, to see that all of them work")
	levels := flag.String("levels", strings.Join(bench.Levels(), ","), "CPU `levels` to run at")
	rounds := flag.Int("rounds", 3, "rounds; of each benchmark the fastest is shown")
	benchtime := flag.Duration("time", 300*time.Millisecond, "time of one benchmark in one round")
	out := flag.String("out", filepath.Join("out", "bench", "kernels.md"), "write the table into this `file` too, unless -short is given")
	flag.Parse()
	if err := run(strings.Split(*levels, ","), *rounds, *benchtime, *short, *out); err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

func run(levels []string, rounds int, benchtime time.Duration, short bool, out string) (err error) {
	if rounds < 1 || benchtime <= 0 {
		return fmt.Errorf("-rounds %d, -time %v: want at least 1 and a time above 0", rounds, benchtime)
	}
	arguments := []string{"-test.run=^$", "-test.bench=.", "-test.benchtime=" + benchtime.String()}
	if short {
		rounds, arguments = 1, []string{"-test.run=^$", "-test.bench=.", "-test.benchtime=1x", "-test.short"}
	}
	load := bench.Load()
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	binary := filepath.Join(folder, "bench.test")
	build := exec.Command("go", "test", "-c", "-o", binary, "./common/bench")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go test -c ./common/bench: %w", err)
	}
	best := newResults(levels)
	for round := range rounds {
		for _, level := range levels {
			fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", round+1, rounds, level)
			text, err := benchmark(binary, level, arguments)
			if err != nil {
				return err
			}
			if err := best.add(level, bytes.NewReader(text)); err != nil {
				return err
			}
		}
	}
	head := fmt.Sprintf("%s; %s; %d threads, load before the run %s; %s; the fastest of %d rounds of %v\n\n",
		time.Now().Format("2006-01-02"), bench.Machine(), runtime.GOMAXPROCS(0), load, runtime.Version(), rounds, benchtime)
	if short {
		head = "Each ran once: these are not measurements.\n\n"
	}
	text := head + best.markdown()
	if _, err := os.Stdout.WriteString(text); err != nil || short {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(out), 0o755), os.WriteFile(out, []byte(text), 0o644))
}

// benchmark runs the test binary at a level and returns what it prints.
func benchmark(binary, level string, arguments []string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(binary, arguments...)
	cmd.Env = append(os.Environ(), kernel.LevelVariable+"="+level)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the benchmarks at level %s: %w\n%s%s", level, err, &stdout, &stderr)
	}
	return stdout.Bytes(), nil
}
