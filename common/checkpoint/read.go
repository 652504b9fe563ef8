package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
)

// Open reads a checkpoint. It refuses a file that has changed since it was written. Errors name the file and what is
// wrong with it.
func Open(path string) (*File, error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, fmt.Errorf("resume %w", err)
	}
	file, err := read(f.Root)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("resume %s: %w", text.Brief(path), err)
	}
	return file, nil
}

func read(root *hdf5.Group) (*File, error) {
	if root.Member(groupName) == nil {
		return nil, errors.New("not a checkpoint: the file has no run (-load reads a net)")
	}
	f := new(File)
	var err error
	f.Net, err = keras.FromTree(root, model.Config{}, func(net *model.Net, state *model.State) error {
		return f.resume(root, net, state)
	})
	return f, err
}

// resume reads the run and adds its position to the state that the net starts from.
func (f *File) resume(root *hdf5.Group, net *model.Net, state *model.State) error {
	group, err := root.Group(groupName)
	if err != nil {
		return err
	}
	h, err := readHeader(group)
	if err != nil {
		return fmt.Errorf("%s: %w", groupName, err)
	}
	f.Info, f.Position = h.Info, model.Position{BatchSize: h.BatchSize, Rows: h.Rows,
		Validation: h.Validation, Reshuffle: h.Reshuffle, Steps: h.Steps, Seen: h.Seen, Right: h.Right}
	if err := f.readNumbers(group, h, net, state.Weights); err != nil {
		return fmt.Errorf("%s: %w", groupName, err)
	}
	if done := len(f.Position.Epochs); state.Epoch < done {
		return fmt.Errorf("the net has trained for %d epochs, want at least %d as in its run", state.Epoch, done)
	}
	state.Run = &f.Position
	return nil
}

func readHeader(g *hdf5.Group) (header, error) {
	var h header
	value, _ := g.Attribute("run")
	text, ok := value.(string)
	if !ok {
		return h, errors.New("attribute run is missing or not a text")
	}
	var newer struct{ Version int } // whose other fields may be unknown
	if json.Unmarshal([]byte(text), &newer) == nil && newer.Version > version {
		return h, fmt.Errorf("attribute run: version %d of a newer program, want %d: resume it with that program, "+
			"or train its net further with -load", newer.Version, version)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields() // they may change the run
	if err := d.Decode(&h); err != nil {
		return h, fmt.Errorf("attribute run: invalid JSON: %s", plain(err))
	}
	if _, err := d.Token(); err != io.EOF {
		return h, errors.New("attribute run: invalid JSON: more text after the first value")
	}
	if h.Version != version {
		return h, fmt.Errorf("attribute run: version %d, want %d, whose seeds draw other numbers: "+
			"start a new run, or train its net further with -load", h.Version, version)
	}
	if h.BatchSize < 1 || h.Rows < 1 {
		return h, fmt.Errorf("attribute run: %d rows in batches of %d, want at least 1", h.Rows, h.BatchSize)
	}
	if h.Epochs < 0 || h.Steps < 0 {
		return h, fmt.Errorf("attribute run: %d epochs and %d steps, want at least 0", h.Epochs, h.Steps)
	}
	return h, nil
}

// plain describes an error of the JSON without naming Go types.
func plain(err error) string {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it is empty or truncated"
	case errors.As(err, &kind):
		return strings.TrimPrefix(strings.TrimPrefix(kind.Field+": ", "Info."), ": ") + "unexpected " + text.Message(kind.Value)
	}
	return text.Message(strings.TrimPrefix(err.Error(), "json: "))
}

// maxSeconds bounds the time of an epoch: a time.Duration must hold it.
const maxSeconds = 1e9

func (f *File) readNumbers(g *hdf5.Group, h header, net *model.Net, weights []*tensor.Dense) error {
	if h.Epochs > 0 {
		table, err := stored(g, "epochs", tensor.Float64, h.Epochs, epochColumns)
		if err != nil {
			return err
		}
		for i := range h.Epochs {
			row := table.Float64s()[epochColumns*i:]
			f.Position.Epochs = append(f.Position.Epochs, model.Epoch{Epoch: i + 1, Loss: row[0], Accuracy: row[1],
				ValLoss: row[2], ValAccuracy: row[3], Seconds: row[4]})
		}
	}
	both, err := stored(g, "sums", tensor.Float64, 2)
	if err != nil {
		return err
	}
	sums := both.Float64s()
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
	for i, p := range net.Params() {
		w, err := stored(best, strconv.Itoa(i), weights[i].Dtype(), p.Shape()...)
		if err != nil {
			return fmt.Errorf("best: %s: %w", p.Name, err)
		}
		if err := p.Check(w); err != nil {
			return fmt.Errorf("best: %s: %w", p.Name, err)
		}
		f.Best = append(f.Best, w)
	}
	return nil
}

// stored reads a dataset, which must have the dtype, the shape and finite numbers.
func stored(g *hdf5.Group, name string, dtype tensor.Dtype, shape ...int) (*tensor.Dense, error) {
	d, err := g.Dataset(name)
	if err != nil {
		return nil, err
	}
	t, err := keras.Tensor(d, shape, dtype)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}
