// Package record writes run.json, by which a run can be done again: what was asked for, what it was done with and what
// came of it. Package cli also compares the modules between ranks.
package record

import (
	"encoding/json"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/cli/internal/flags"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// Run is what the program knows of its run.
type Run struct {
	Program string
	Seed    uint32
	Dtype   tensor.Dtype       // the zero Dtype: there is none
	Flags   []flags.Setting    // all, by their text or number
	Net     *model.Net         // nil: there is none
	History *model.History     // nil: there is none
	Final   map[string]float64 // beside the metrics of the last epoch
}

// file is the content of run.json.
type file struct {
	Program    string            `json:"program"`
	Seed       uint32            `json:"seed"`
	Dtype      string            `json:"dtype"`
	Flags      map[string]any    `json:"flags"`
	Optimizer  any               `json:"optimizer,omitempty"` // as in Keras' files; none without a net
	Epochs     int               `json:"epochs,omitempty"`    // finished
	Seconds    number            `json:"seconds,omitempty"`   // of these
	Final      map[string]number `json:"final"`
	Go         string            `json:"go"`
	Modules    map[string]string `json:"modules"`
	OS         string            `json:"os"`
	Arch       string            `json:"arch"`
	CPUs       int               `json:"cpus"`
	GOMAXPROCS int               `json:"gomaxprocs"`
	Level      string            `json:"level"` // of the CPU: runs at different ones may differ in the last bits
}

// JSON is the content of run.json on this machine.
func (r Run) JSON() ([]byte, error) {
	f := file{
		Program: r.Program, Seed: r.Seed,
		Flags: map[string]any{}, Final: map[string]number{}, Modules: Versions(),
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPUs: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0), Level: kernel.ActiveLevel().String(),
	}
	if r.Dtype.Type != nil {
		f.Dtype = r.Dtype.Name()
	}
	for _, s := range r.Flags {
		x, decimal := s.Value.(float64)
		switch {
		case s.Name == "lang": // the files of a run are the same in each language
		case decimal:
			f.Flags[s.Name] = number(x)
		default:
			f.Flags[s.Name] = s.Value
		}
	}
	if r.Net != nil {
		if o, err := keras.OptimizerConfig(r.Net.Config().Solver); err == nil { // one of Gorgonia's is not known there
			f.Optimizer = o
		}
	}
	if h := r.History; h != nil && len(h.Epochs) > 0 {
		f.Epochs = len(h.Epochs)
		for _, e := range h.Epochs {
			f.Seconds += number(e.Seconds)
		}
		for _, name := range h.Names() {
			f.Final[name] = number(h.Series(name)[len(h.Epochs)-1])
		}
	}
	for name, x := range r.Final {
		f.Final[name] = number(x)
	}
	content, err := json.MarshalIndent(f, "", "  ")
	return []byte(text.JSON(content) + "\n"), err
}

// Modules are those whose version can change a result.
var Modules = []string{"gorgonia.org/gorgonia", "gorgonia.org/tensor", "gonum.org/v1/gonum"}

// Versions are those of Modules in this build. Test binaries, and what is built outside a module, have none.
func Versions() map[string]string { return versions(debug.ReadBuildInfo()) }

func versions(info *debug.BuildInfo, ok bool) map[string]string {
	picked := map[string]string{}
	if !ok {
		return picked
	}
	for _, dep := range info.Deps {
		if !slices.Contains(Modules, dep.Path) {
			continue
		}
		picked[dep.Path] = dep.Version
		if r := dep.Replace; r != nil {
			picked[dep.Path] = strings.TrimSpace(r.Path + " " + r.Version) // a folder has no version
		}
	}
	return picked
}

// number is a float64 for JSON, which has neither NaN nor the infinities: they become strings.
type number float64

// MarshalJSON writes the shortest digits that give the same number again.
func (n number) MarshalJSON() ([]byte, error) {
	x := float64(n)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return json.Marshal(strconv.FormatFloat(x, 'g', -1, 64))
	}
	return json.Marshal(x)
}
