package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorgonia-lectures/common/cli/internal/netfile"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// predictArgs loads the net of -load, and prints what it predicts for each argument.
func (r *Run) predictArgs() error {
	// nothing is trained: a file without a configuration will do
	c := model.Config{Loss: &keras.UnknownLoss{Reason: errors.New("the net only predicts")}, Solver: solver.NewSGD(0.01)}
	if r.defaults.Predict.Chance {
		c.Loss = loss.BinaryCrossentropy
	}
	net, err := r.load(nil, c)
	if errors.Is(err, keras.ErrWeightsOnly) {
		return fmt.Errorf("%w (-epochs 0 -save net.h5 makes one of weights for the net of %s)", err, r.Program)
	}
	if err != nil {
		return err
	}
	p, err := r.prediction(net)
	if err != nil {
		return err
	}
	if err := netfile.SameEnds(net, p.InputShape(), p.OutputShape()); err != nil {
		return fmt.Errorf("load %s: %w%s", shown(r.LoadFrom), err, netfile.Takers(net, r.Program))
	}
	answers, wrong := p.Predict(net, r.Args) // the others are answered
	if len(answers) == 0 {
		return wrong
	}
	if !r.json {
		for _, a := range answers {
			a.Print(r.Printf)
		}
		return wrong
	}
	list, err := json.MarshalIndent(answers, "", "  ")
	if err != nil {
		return err
	}
	r.Printf("%s\n", text.JSON(list))
	return wrong
}
