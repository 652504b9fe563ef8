//go:build unix

// Command attack disturbs the six programs of the suite at random, by signals, full disks, damaged files, odd requests
// and command lines. It draws from a seed. It prints each fault that it finds with the commands that show it, and a
// table at the end. The working directory must be the module's. See common/bench/README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/bench/report"
)

// kind is a kind of attack.
type kind struct {
	name  string
	share float64 // of the time, relative to the other kinds
	try   func(*trial) error
}

// The number of a trial is the index of its kind in kinds, plus a multiple of len(kinds).
var kinds = []kind{
	{"kills in training", 5, killTraining},
	{"kills in saves", 4, killSaves},
	{"two runs", 1, runTwice},
	{"signals", 5, sendSignals},
	{"disk faults", 5, faultDisk},
	{"damaged inputs", 4, damageInput},
	{"requests", 3, sendRequests},
	{"command lines", 4, drawCommandLine},
}

var programs = []string{"linreg", "xor", "iris", "mnistmlp", "mnistcnn", "scratch"}

// attack is one run of this command.
type attack struct {
	seed   uint64
	within time.Duration // in which a program must end after a signal
	folder string
	built  string // the folder of the programs
	keep   bool   // keep the folders of trials
	runs   map[string]*undisturbed
	counts []count // by kind
}

// count has the numbers of a kind in the table.
type count struct {
	trials, processes, faults int
	spent, worst              time.Duration
}

func main() {
	execWithoutLocks()
	a := &attack{runs: map[string]*undisturbed{}, counts: make([]count, len(kinds))}
	var length time.Duration
	var only string
	number := -1
	flag.Uint64Var(&a.seed, "seed", 1, "draw from this `seed`")
	flag.DurationVar(&length, "time", 20*time.Minute, "start trials for this `time`")
	flag.IntVar(&number, "trial", -1, "repeat only trial `N` and keep its files")
	flag.StringVar(&only, "only", "", "try only kinds with this `text` in their name")
	flag.StringVar(&a.built, "built", "", "attack the programs in this `folder`; empty: build them")
	flag.DurationVar(&a.within, "within", time.Second, "`time` in which a program must end after a signal")
	flag.Parse()
	inMounts()
	faults, err := a.run(length, number, only)
	if err != nil {
		fmt.Fprintf(os.Stderr, "attack: %v\n", err)
	}
	if err != nil || faults > 0 {
		os.Exit(1)
	}
}

func (a *attack) run(length time.Duration, number int, only string) (faults int, err error) {
	if rest := flag.Args(); len(rest) > 0 {
		return 0, fmt.Errorf("unknown argument %q: want flags only", rest[0])
	}
	if signal.Ignored(syscall.SIGHUP) { // under nohup: catch it, so that the programs do not inherit the ignoring
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	if a.folder, err = os.MkdirTemp("", "attack-"); err != nil {
		return 0, err
	}
	if a.keep = number >= 0; !a.keep {
		defer os.RemoveAll(a.folder)
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
		go func() {
			<-stop
			os.RemoveAll(a.folder)
			os.Exit(130)
		}()
	}
	if a.built == "" {
		a.built = filepath.Join(a.folder, "bin")
		if err := bench.Build(a.built, "", programs...); err != nil {
			return 0, err
		}
	}
	if a.built, err = filepath.Abs(a.built); err != nil {
		return 0, err
	}
	if why := noMounts(); why != "" {
		fmt.Printf("disks that are full, read-only or without inodes: not tried (%s)\n", why)
	}
	if a.keep {
		return a.try(number)
	}
	load := report.Load() // a busy machine makes all times longer
	for start := time.Now(); time.Since(start) < length; {
		k := a.next(only)
		if k < 0 {
			return 0, fmt.Errorf("-only %s: want a part of one of %s", only, strings.Join(names(), ", "))
		}
		if _, err := a.try(k + len(kinds)*a.counts[k].trials); err != nil {
			return 0, err
		}
	}
	fmt.Printf("\nseed %d; load before the run: %s\n\n%s", a.seed, load, a.table())
	for _, c := range a.counts {
		faults += c.faults
	}
	return faults, nil
}

func names() (list []string) {
	for _, k := range kinds {
		list = append(list, k.name)
	}
	return list
}

// bin returns the path of a program.
func (a *attack) bin(program string) string { return filepath.Join(a.built, program) }

// next returns the kind that has used the least of its share of the time; -1 if no name contains only.
func (a *attack) next(only string) int {
	best := -1
	had := func(k int) float64 { return a.counts[k].spent.Seconds() / kinds[k].share }
	for k := range kinds {
		if strings.Contains(kinds[k].name, only) && (best < 0 || had(k) < had(best)) {
			best = k
		}
	}
	return best
}

// try runs a trial, prints its faults and counts them. An error means that the attack itself failed.
func (a *attack) try(number int) (faults int, err error) {
	k := number % len(kinds)
	t := &trial{attack: a, rng: rand.New(rand.NewPCG(a.seed, uint64(number))),
		folder: filepath.Join(a.folder, fmt.Sprint("trial", number))}
	if err := os.MkdirAll(t.path("tmp"), 0o755); err != nil {
		return 0, err
	}
	start := time.Now()
	err = errors.Join(kinds[k].try(t), t.clean())
	if err != nil {
		return 0, fmt.Errorf("trial %d (%s): %w", number, kinds[k].name, err)
	}
	for _, f := range t.faults {
		fmt.Printf("trial %d (%s): %s\n", number, kinds[k].name, f)
	}
	if len(t.faults) > 0 || a.keep {
		for _, c := range t.commands {
			fmt.Printf("\t%s\n", c)
		}
	}
	c := &a.counts[k]
	c.trials++
	c.processes += len(t.commands)
	c.faults += len(t.faults)
	c.spent += time.Since(start)
	c.worst = max(c.worst, t.worst)
	return len(t.faults), nil
}

func (a *attack) table() string {
	table := report.NewTable("kind", "trials", "processes", "faults", "worst time, s")
	for k, c := range a.counts {
		if c.trials == 0 {
			continue
		}
		table.Row(kinds[k].name, fmt.Sprint(c.trials), fmt.Sprint(c.processes), fmt.Sprint(c.faults),
			fmt.Sprintf("%.2f", c.worst.Seconds()))
	}
	return table.String()
}

// trial is one attack of a kind.
type trial struct {
	*attack
	rng      *rand.Rand
	folder   string
	commands []string
	faults   []string
	worst    time.Duration // the longest time of a process to its end, from the first signal or the start
	mounts   []string
}

// path returns the path of a file in the trial's folder.
func (t *trial) path(names ...string) string {
	return filepath.Join(append([]string{t.folder}, names...)...)
}

// fault adds a fault, unless the trial has the same one.
func (t *trial) fault(format string, args ...any) {
	if f := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "\n\t\t"); !slices.Contains(t.faults, f) {
		t.faults = append(t.faults, f)
	}
}

// clean removes the trial's mounts and files.
func (t *trial) clean() error {
	if err := t.unmount(); err != nil || t.keep {
		return err
	}
	return os.RemoveAll(t.folder)
}

// pick draws an element of a list.
func pick[T any](t *trial, list ...T) T { return list[t.rng.IntN(len(list))] }

// span draws a time below greatest.
func (t *trial) span(greatest time.Duration) time.Duration {
	return time.Duration(t.rng.Int64N(int64(greatest)))
}
