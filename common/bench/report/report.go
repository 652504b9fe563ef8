// Package report is shared by the measuring programs: it has their common flags, runs their rounds of measurements, and
// writes their reports.
package report

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"gorgonia-lectures/common/kernel"
)

// Settings are the flags of all measuring programs.
type Settings struct {
	Short  bool // measure only a little, as a test, and write nothing
	Rounds int
	Out    string // folder
	Load   string // of the machine before the program starts, which is other work
}

// Main parses the command line and runs a program. rounds is the default of -rounds.
func Main(program string, rounds int, run func(Settings) error) {
	var s Settings
	flag.BoolVar(&s.Short, "short", false, "measure only a little, as a test; write nothing")
	flag.IntVar(&s.Rounds, "rounds", rounds, "rounds, each of which measures everything once")
	flag.StringVar(&s.Out, "out", filepath.Join("out", "bench"), "`folder` of the results")
	flag.Parse()
	s.Load = Load()
	err := s.check(flag.Args())
	if err == nil {
		err = run(s)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
		os.Exit(1)
	}
}

func (s *Settings) check(rest []string) (err error) {
	if len(rest) > 0 {
		return fmt.Errorf("unknown argument %q: want flags only", rest[0])
	}
	if s.Rounds < 1 {
		return fmt.Errorf("-rounds %d: want at least 1", s.Rounds)
	}
	if s.Short {
		s.Rounds = 1
	}
	if s.Out, err = filepath.Abs(s.Out); err != nil {
		return err
	}
	return kernel.LevelError()
}

// Rounds measures each form in each round. Every second round has the reverse order, so that a machine that becomes
// slower or faster favours no form. If a form fails, Rounds prints the error and measures the next one.
func Rounds[F any](s Settings, forms []F, measure func(round int, form F) error) error {
	var failed []error
	order := slices.Clone(forms)
	for round := range s.Rounds {
		for _, f := range order {
			fmt.Fprintf(os.Stderr, "round %d of %d: %v\n", round+1, s.Rounds, f)
			if err := measure(round, f); err != nil {
				err = fmt.Errorf("%v: %w", f, err)
				fmt.Fprintln(os.Stderr, err)
				failed = append(failed, err)
			}
		}
		slices.Reverse(order)
	}
	return errors.Join(failed...)
}

// Write prints a line about the machine and a report. It writes both to name.md in the folder Out and, unless raw is
// nil, raw as JSON to name.json. With Short it only prints.
func (s Settings) Write(name, text string, raw any) error {
	if s.Short {
		fmt.Print("A little of each: these are not measurements.\n\n", text)
		return nil
	}
	text = fmt.Sprintf("%s; %s; CPUs: %d; level: %v; load before the run: %s; %s; rounds: %d\n\n%s",
		time.Now().Format("2006-01-02"), Machine(), runtime.NumCPU(), kernel.ActiveLevel(), s.Load, runtime.Version(),
		s.Rounds, text)
	fmt.Print(text)
	err := errors.Join(os.MkdirAll(s.Out, 0o755), os.WriteFile(filepath.Join(s.Out, name+".md"), []byte(text), 0o644))
	if raw == nil || err != nil {
		return err
	}
	data, err := json.MarshalIndent(raw, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.Out, name+".json"), append(data, '\n'), 0o644)
}

// Machine returns the model of the CPU on Linux, and the system and architecture if Linux does not name one.
func Machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // no text without the file
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOOS + "/" + runtime.GOARCH
}

// Load returns the load average of the last minute, as Linux formats it.
func Load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	mean, _, _ := strings.Cut(string(text), " ")
	return mean
}

// Table is a table in Markdown.
type Table struct {
	heads []string
	rows  strings.Builder
}

// NewTable makes a table with these columns.
func NewTable(heads ...string) *Table { return &Table{heads: heads} }

// Row adds a row. Missing cells stay empty.
func (t *Table) Row(cells ...string) {
	cells = append(cells, make([]string, max(0, len(t.heads)-len(cells)))...)
	t.rows.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func (t *Table) String() string {
	rule := strings.Repeat(" --- |", len(t.heads))
	return "| " + strings.Join(t.heads, " | ") + " |\n|" + rule + "\n" + t.rows.String()
}
