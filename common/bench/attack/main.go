//go:build unix

// Command attack attacks the six programs of the suite at random, as a machine, a disk, a terminal or a visitor would:
// by signals, full disks, damaged files, odd requests and command lines. It draws from a seed, prints each fault that
// it finds with the command that shows it, and a table at the end. The working directory is the module's. See
// common/bench/README.md.
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

// kind is one way to attack.
type kind struct {
	name  string
	share float64 // of the time
	try   func(*trial) error
}

// The number of a trial is that of its kind here, plus a multiple of the number of kinds.
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

// attack is one call of this command.
type attack struct {
	seed   uint64
	within time.Duration // a program ends after a signal
	folder string
	built  string // the folder of the programs
	keep   bool   // the folders of trials stay
	runs   map[string]*undisturbed
	counts []count // of each kind
}

// count is what the table says of a kind.
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
	flag.DurationVar(&length, "time", 20*time.Minute, "begin trials for this `time`")
	flag.IntVar(&number, "trial", -1, "repeat trial `N` alone, and keep its files")
	flag.StringVar(&only, "only", "", "try only kinds whose name contains this `text`")
	flag.StringVar(&a.built, "built", "", "attack the programs in this `folder`; without it they are built first")
	flag.DurationVar(&a.within, "within", time.Second, "`time` that a program may take to end after a signal")
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
	if signal.Ignored(syscall.SIGHUP) { // under nohup: caught here, it is not ignored by the programs either
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
	load := report.Load() // on a busy machine all times are longer
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

// bin is the path of a program.
func (a *attack) bin(program string) string { return filepath.Join(a.built, program) }

// next is the kind that has had the least of its share of the time; -1: there is none of that name.
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

// try does a trial, prints its faults and counts it. An error is one of the attack itself.
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

// trial is one try of a kind.
type trial struct {
	*attack
	rng      *rand.Rand
	folder   string
	commands []string
	faults   []string
	worst    time.Duration // of its processes, from the first signal or else from the start to the end
	mounts   []string
}

// path is that of a file of the trial.
func (t *trial) path(names ...string) string {
	return filepath.Join(append([]string{t.folder}, names...)...)
}

// fault notes a fault, once.
func (t *trial) fault(format string, args ...any) {
	if f := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "\n\t\t"); !slices.Contains(t.faults, f) {
		t.faults = append(t.faults, f)
	}
}

// clean takes the trial's mounts and files away.
func (t *trial) clean() error {
	if err := t.unmount(); err != nil || t.keep {
		return err
	}
	return os.RemoveAll(t.folder)
}

// pick draws one of a list.
func pick[T any](t *trial, list ...T) T { return list[t.rng.IntN(len(list))] }

// span draws a time below the greatest.
func (t *trial) span(greatest time.Duration) time.Duration {
	return time.Duration(t.rng.Int64N(int64(greatest)))
}
