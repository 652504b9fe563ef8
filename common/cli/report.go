package cli

import (
	"encoding/json"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// recorded lists the modules whose version can change a result.
var recorded = []string{"gorgonia.org/gorgonia", "gorgonia.org/tensor", "gonum.org/v1/gonum"}

// report is the content of run.json.
type report struct {
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

func (r *Run) report(h *model.History) ([]byte, error) {
	rep := report{
		Program: r.Program, Seed: r.Seed,
		Flags: map[string]any{}, Final: map[string]number{}, Modules: versions(debug.ReadBuildInfo()),
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPUs: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0), Level: kernel.ActiveLevel().String(),
	}
	if r.Dtype.Type != nil {
		rep.Dtype = r.Dtype.Name()
	}
	for _, f := range r.flags {
		if f.name != "lang" { // the files of a run are the same in each language
			rep.Flags[f.name] = f.value
		}
	}
	if r.net != nil {
		if o, err := keras.OptimizerConfig(r.net.Config().Solver); err == nil { // one of Gorgonia's is not known there
			rep.Optimizer = o
		}
	}
	if h != nil && len(h.Epochs) > 0 {
		rep.Epochs = len(h.Epochs)
		for _, e := range h.Epochs {
			rep.Seconds += number(e.Seconds)
		}
		for _, name := range h.Names() {
			rep.Final[name] = number(h.Series(name)[len(h.Epochs)-1])
		}
	}
	for name, x := range r.final {
		rep.Final[name] = number(x)
	}
	content, err := json.MarshalIndent(rep, "", "  ")
	return []byte(text.JSON(content) + "\n"), err
}

// versions are those of the recorded modules, of which test binaries and those built outside a module have none.
func versions(info *debug.BuildInfo, ok bool) map[string]string {
	picked := map[string]string{}
	if !ok {
		return picked
	}
	for _, dep := range info.Deps {
		if !slices.Contains(recorded, dep.Path) {
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
