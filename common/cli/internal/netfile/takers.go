package netfile

import (
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// programs are those with nets, by the number of values that such a net takes and gives for a row.
var programs = []struct {
	name            string
	inputs, outputs int
}{{"linreg", 2, 1}, {"xor", 2, 1}, {"iris", 4, 3}, {"mnistmlp", 784, 10}, {"mnistcnn", 784, 10}}

// Takers names the other programs that take a net with its inputs and outputs, for the error of the one that does not:
// "; iris takes it". It is "" if there is none.
func Takers(net *model.Net, program string) string {
	inputs, outputs := tensor.Shape(net.InputShape()).TotalSize(), tensor.Shape(net.OutputShape()).TotalSize()
	var names []string
	for _, p := range programs {
		if p.inputs != inputs || p.outputs != outputs {
			continue
		}
		if p.name == program { // the reason is another one
			return ""
		}
		names = append(names, p.name)
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "; " + names[0] + " takes it"
	}
	return "; " + strings.Join(names, " and ") + " take it"
}
