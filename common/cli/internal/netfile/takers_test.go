package netfile

import (
	"testing"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

func TestTakers(t *testing.T) {
	for _, c := range []struct {
		inputs, outputs int
		program, want   string
	}{
		{4, 3, "xor", "; iris takes it"},
		{784, 10, "iris", "; mnistmlp and mnistcnn take it"},
		{784, 10, "mnistcnn", ""}, // the reason is another one
		{5, 5, "xor", ""},
	} {
		net := model.Sequential(model.Input(c.inputs), layer.Dense{Units: c.outputs})
		if got := Takers(net, c.program); got != c.want {
			t.Errorf("of %d inputs and %d outputs in %s: %q, want %q", c.inputs, c.outputs, c.program, got, c.want)
		}
	}
}
