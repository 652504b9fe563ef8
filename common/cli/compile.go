package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gorgonia-lectures/common/cli/internal/netfile"
	"gorgonia-lectures/common/cli/internal/space"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/diagram"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
	"gorgonia-lectures/common/solver"
)

// Compile compiles the program's net with the seed and the dtype of the run. With -load or -resume it returns the
// net of that file instead, which trains on as it would have there; -lr and -seed, if given, replace those of the
// file, and -optimizer its optimizer. -lr ends the file's schedule of the learning rate. A net that does not have as
// many inputs and outputs as the program's, or cannot take the data, is an error.
//
// It prints the net's summary, writes its graph for -graph, and shows the net and the pictures on the page of -live.
func (r *Run) Compile(net *model.Net, c model.Config, data dataset.Data, pictures ...show.Picture) (*model.Net, error) {
	c.Seed, c.Dtype, r.own = r.Seed, r.Dtype, c.Solver
	if err := space.Check(space.OfNet(net, min(r.Batch, data.Len()), r.Dtype)); err != nil {
		return nil, err
	}
	var err error
	switch {
	case r.resumed != nil:
		net, err = r.resumedNet(net, data)
	case r.LoadFrom != "":
		net, err = r.loadedNet(net, c, data)
	case r.optimizer != "":
		if c.Solver, err = solver.New(r.optimizer, r.LearningRate); err == nil {
			err = net.Compile(c)
		}
	default:
		err = net.Compile(c)
	}
	if err != nil {
		return nil, err
	}
	if err := netfile.CheckSave(r.SaveTo, net); err != nil {
		return nil, fmt.Errorf("-save %s: %w", shown(r.SaveTo), err)
	}
	r.net, r.data = net, data
	r.Printf("%s", show.SummaryIn(net, r.Language))
	r.writeGraph(net)
	return net, r.showLive(net, pictures)
}

// loadedNet is the net of -load.
func (r *Run) loadedNet(own *model.Net, c model.Config, data dataset.Data) (*model.Net, error) {
	net, err := r.load(own, c)
	if err != nil {
		return nil, err
	}
	if err := netfile.Fits(net, own, data); err != nil {
		return nil, fmt.Errorf("load %s: %w%s", shown(r.LoadFrom), err, netfile.Takers(net, r.Program))
	}
	if names := net.Config().Unmeasured; len(names) > 0 {
		r.Printf("%s: not measured: %v\n", shown(r.LoadFrom), listed(names))
	}
	if r.optimizer != "" {
		fresh, err := solver.New(r.optimizer, r.LearningRate)
		if err != nil {
			return nil, err
		}
		return net, net.SetSolver(fresh)
	}
	s := net.Config().Solver
	if u, ok := s.(*keras.UnknownOptimizer); ok && r.Epochs > 0 {
		return nil, fmt.Errorf("load %s: %w: -optimizer NAME trains with another one, -epochs 0 does not train",
			shown(r.LoadFrom), u.Trainable())
	}
	if r.Given("lr") {
		solver.SetLearningRate(s, r.LearningRate)
	}
	return net, nil
}

// load is the net of -load as it is in its file. c has what the file lacks.
func (r *Run) load(own *model.Net, c model.Config) (*model.Net, error) {
	var seed *uint32
	if r.Given("seed") {
		seed = &r.Seed
	}
	return netfile.Load(r.LoadFrom, own, c, seed)
}

// listed names the first few of what a file has.
func listed(names []string) lang.Message {
	const most = 5
	var list []string
	for _, name := range names[:min(most, len(names))] {
		list = append(list, shown(name))
	}
	if more := len(names) - most; more > 0 {
		return lang.Messagef("%v, %d more", strings.Join(list, ", "), more)
	}
	return lang.Messagef("%s", strings.Join(list, ", "))
}

// writeGraph writes the net's graph into the file of -graph, and its layers beside it, in FILE_layers.dot.
func (r *Run) writeGraph(net *model.Net) {
	if r.GraphTo == "" {
		return
	}
	for _, f := range []struct {
		path string
		make func(*model.Net) ([]byte, error)
	}{
		{r.GraphTo, diagram.Graph},
		{layersOf(r.GraphTo), diagram.Layers},
	} {
		text, err := f.make(net)
		if err != nil {
			r.fail(fmt.Errorf("-graph %s: %w", shown(f.path), err))
			continue
		}
		r.write("-graph: ", f.path, text)
	}
}

// layersOf is the file of the layers beside that of -graph.
func layersOf(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "_layers" + ext
}

// watchTime is the time in seconds of a run that would be too short to watch.
const watchTime = 20

// showLive shows the net on the page of -live. A net of a few inputs is slowed down so that it can be watched.
func (r *Run) showLive(net *model.Net, pictures []show.Picture) error {
	if r.page == nil {
		return nil
	}
	v := live.View{Program: r.Program, About: r.defaults.About, Net: net, Epochs: r.Epochs, Curves: r.Curves,
		Pictures: pictures}
	r.onPage = r.settings()
	v.Settings = r.onPage
	p, err := r.prediction(net)
	if err != nil {
		return err
	}
	if p != nil {
		v.Sliders, v.Labels, v.Output = slices.Clone(p.Inputs), p.Labels, p.Output
		if p.Start != nil {
			for i, value := range p.Start() {
				v.Sliders[i].Value = value
			}
		}
	}
	if v.Sliders != nil {
		v.Speed = max(1, float64(r.Epochs)/watchTime)
	}
	return r.page.Show(v)
}
