// Command table runs the benchmarks of package bench at each CPU level, and prints the best results of all rounds as a
// table in Markdown. The working directory must be the module's.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
	"gorgonia-lectures/common/kernel"
)

var (
	levels    = flag.String("levels", strings.Join(bench.Levels(), ","), "CPU `levels` to run at")
	benchtime = flag.Duration("time", 300*time.Millisecond, "time of one benchmark in one round")
)

func main() { report.Main("table", 3, run) }

func run(s report.Settings) (err error) {
	if *benchtime <= 0 {
		return fmt.Errorf("-time %v: want a time above 0", *benchtime)
	}
	arguments := []string{"-test.run=^$", "-test.bench=.", "-test.benchtime=" + benchtime.String()}
	if s.Short {
		arguments = []string{"-test.run=^$", "-test.bench=.", "-test.benchtime=1x", "-test.short"}
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	binary := filepath.Join(folder, "bench.test")
	if _, err := bench.Output("go", "test", "-c", "-o", binary, "./common/bench"); err != nil {
		return err
	}
	best := &results{levels: strings.Split(*levels, ","), rows: map[string]map[string]row{}}
	err = report.Rounds(s, best.levels, func(_ int, level string) error {
		cmd := exec.Command(binary, arguments...)
		cmd.Env, cmd.Stderr = append(os.Environ(), kernel.LevelVariable+"="+level), os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return best.add(level, string(out))
	})
	return errors.Join(err, s.Write("kernels", best.markdown(), nil))
}
