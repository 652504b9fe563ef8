package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
)

// Open reads a checkpoint. Errors name the file and what is wrong with it; one whose content has changed since it was
// written is refused.
func Open(path string) (*File, error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, fmt.Errorf("resume %w", err)
	}
	file, err := read(f.Root)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("resume %s: %w", path, err)
	}
	return file, nil
}

func read(root *hdf5.Group) (*File, error) {
	if root.Member(groupName) == nil {
		return nil, errors.New("not a checkpoint: it has a net at most (-load takes one)")
	}
	net, err := keras.FromTree(root, model.Config{})
	if err != nil {
		return nil, err
	}
	group, err := root.Group(groupName)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(group)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", groupName, err)
	}
	f := &File{Info: h.Info, Net: net, Position: model.Position{BatchSize: h.BatchSize, Rows: h.Rows,
		Validation: h.Validation, Steps: h.Steps, Seen: h.Seen, Right: h.Right}}
	if err := f.readNumbers(group, h); err != nil {
		return nil, fmt.Errorf("%s: %w", groupName, err)
	}
	return f, f.goOn()
}

// goOn compiles the net anew with the position in its state.
func (f *File) goOn() error {
	state, err := f.Net.State()
	if err != nil {
		return err
	}
	if done := len(f.Position.Epochs); state.Epoch < done {
		return fmt.Errorf("the net has trained for %d epochs, want at least the %d of its run", state.Epoch, done)
	}
	state.Run = &f.Position
	config := f.Net.Config()
	config.Start = &state
	return f.Net.Compile(config)
}

func readHeader(g *hdf5.Group) (header, error) {
	var h header
	value, ok := g.Attribute("run")
	if !ok {
		return h, errors.New("no attribute run")
	}
	text, ok := value.(string)
	if !ok {
		return h, errors.New("attribute run: want a text")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields() // of a later version: it would mean something
	if err := d.Decode(&h); err != nil {
		return h, fmt.Errorf("attribute run: not the JSON that is wanted: %s", plain(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return h, errors.New("attribute run: not the JSON that is wanted: there is something behind it")
	}
	if h.BatchSize < 1 || h.Rows < 1 {
		return h, fmt.Errorf("attribute run: %d rows in steps of %d, want at least 1", h.Rows, h.BatchSize)
	}
	if h.Epochs < 0 || h.Steps < 0 {
		return h, fmt.Errorf("attribute run: %d epochs and %d steps, want at least 0", h.Epochs, h.Steps)
	}
	return h, nil
}

// plain says what is wrong with the JSON without Go's words.
func plain(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return strings.TrimPrefix(strings.TrimPrefix(kind.Field+": ", "Info."), ": ") + "unexpected " + kind.Value
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// maxSeconds bounds the time of an epoch to what a time.Duration holds: 31 years.
const maxSeconds = 1e9

func (f *File) readNumbers(g *hdf5.Group, h header) error {
	if h.Epochs > 0 {
		table, err := float64s(g, "epochs", h.Epochs, epochColumns)
		if err != nil {
			return err
		}
		for i := range h.Epochs {
			row := table[epochColumns*i:]
			f.Position.Epochs = append(f.Position.Epochs, model.Epoch{Epoch: i + 1, Loss: row[0], Accuracy: row[1],
				ValLoss: row[2], ValAccuracy: row[3], Seconds: row[4]})
		}
	}
	sums, err := float64s(g, "sums", 2)
	if err != nil {
		return err
	}
	if sums[1] < 0 || sums[1] > maxSeconds {
		return fmt.Errorf("sums: %v seconds, want 0 to %v", sums[1], float64(maxSeconds))
	}
	f.Position.Loss, f.Position.Seconds = sums[0], sums[1]
	if !h.Best {
		return nil
	}
	best, err := g.Group("best")
	if err != nil {
		return err
	}
	for i, p := range f.Net.Params() {
		values, err := float64s(best, strconv.Itoa(i), p.Shape()...)
		if err != nil {
			return fmt.Errorf("best: %s: %w", p.Name, err)
		}
		f.Best = append(f.Best, values)
	}
	return nil
}

// float64s reads a dataset that must have the shape, and finite numbers only.
func float64s(g *hdf5.Group, name string, shape ...int) ([]float64, error) {
	d, err := g.Dataset(name)
	if err != nil {
		return nil, err
	}
	if got := d.Shape(); !slices.Equal(got, shape) { // for a tensor.Shape [n, 1] is the same as [n]
		return nil, fmt.Errorf("%s: shape %v, want %v", name, got, shape)
	}
	values, err := d.Float64s()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s: value %d is %v, want finite numbers", name, i, v)
		}
	}
	return values, nil
}
