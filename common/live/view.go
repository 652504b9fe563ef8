package live

import (
	"fmt"
	"strings"
	"time"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// View describes what the page shows of a program and its net.
type View struct {
	Program string // name of the program
	About   string // one line about the program
	Net     *model.Net
	Epochs  int // to train; 0: the net is only served

	Sliders []show.Slider // one for each input; nil: the input is a picture of a digit
	Labels  []any         // the name of each output; nil: the net has one output, a number
	Output  string        // the name of that number

	Settings []Setting // that a visitor may change to start the run again; nil: no visitor can

	Curves   func(*chart.Curves) // changes the look of the history's curves; nil: as it is
	Pictures []show.Picture
	Speed    float64 // the largest number of epochs a second until a visitor changes it; 0: no limit
}

// view is a View that Show has checked.
type view struct {
	View
	drawings []*drawing
	rest     time.Time // while the net trains, no picture is drawn before this time
}

// Show sets the View of the page. It returns an error if the net is not compiled, or if its inputs and outputs are not
// those of the View.
func (p *Page) Show(v View) error {
	if v.Net == nil || v.Net.Weights() == nil {
		return fmt.Errorf("live: %s: the net is not compiled: call Compile first", v.Program)
	}
	if inputs, want := size(v.Net.InputShape()), v.inputs(); inputs != want {
		return fmt.Errorf("live: %s: the net has %d inputs, want %d", v.Program, inputs, want)
	}
	if outputs, want := size(v.Net.OutputShape()), max(1, len(v.Labels)); outputs != want {
		return fmt.Errorf("live: %s: the net has %d outputs, want %d", v.Program, outputs, want)
	}
	about, err := describe(v)
	if err != nil {
		return err
	}
	about.Settings = nil
	for _, s := range v.Settings {
		about.Settings = append(about.Settings, s.widened())
	}
	p.progress.lock.Lock()
	p.progress.settings, about.Run = about.Settings, p.progress.number
	if !p.progress.chosen { // a visitor may have chosen a speed before there was a net
		p.progress.speed = v.Speed
	}
	p.progress.lock.Unlock()
	p.showing.Lock()
	defer p.showing.Unlock()
	p.view.Store(&view{View: v, drawings: p.drawings(v)})
	p.hub.forget(pictureKey)
	p.hub.publish("1 model", event("model", about)) // after the Store, because its receivers may call /predict at once
	return nil
}

// inputs returns the number of inputs of the net.
func (v View) inputs() int {
	if v.Sliders == nil {
		return digit.Side * digit.Side
	}
	return len(v.Sliders)
}

// size returns the number of values of a shape.
func size(shape tensor.Shape) int { return shape.TotalSize() }

// description is the model event.
type description struct {
	Program string        `json:"program"`
	About   string        `json:"about"`
	Layers  []row         `json:"layers"`
	Total   int           `json:"parameters"`
	Inputs  []show.Slider `json:"inputs"` // null: a picture of a digit
	Labels  []any         `json:"labels"` // null: one number
	Output  string        `json:"output"`
	Trains  bool          `json:"trains"`

	Run      int       `json:"run"`      // the run's number, as in the status
	Settings []Setting `json:"settings"` // null: the run cannot start again
}

// row is a row of the table of layers.
type row struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Output     string `json:"output"`
	Parameters int    `json:"parameters"`
}

func describe(v View) (description, error) {
	d := description{Program: v.Program, About: v.About, Inputs: v.Sliders, Labels: v.Labels, Output: v.Output,
		Total: v.Net.ParamCount(), Trains: v.Epochs > 0}
	shape := v.Net.InputShape()
	d.Layers = append(d.Layers, row{Name: "input", Kind: "Input", Output: sizes(shape)})
	for i, l := range v.Net.Layers() {
		next, err := l.OutputShape(shape)
		if err != nil {
			return d, fmt.Errorf("live: layer %d (%s): %w", i+1, l.Name, err)
		}
		count := 0
		for _, p := range l.Params {
			count += size(p.Shape())
		}
		d.Layers = append(d.Layers, row{l.Name, l.Kind(), sizes(next), count})
		shape = next
	}
	return d, nil
}

// sizes formats a shape as 28 × 28 × 1.
func sizes(shape []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", " × ")
}
