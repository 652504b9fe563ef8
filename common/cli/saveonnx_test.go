package cli_test

import (
	"bytes"
	"context"
	"os"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
	"gorgonia-lectures/common/solver"
)

// -save writes an .onnx by the ending of the name: after training, of a loaded net, and after a resumption.
func TestSaveONNX(t *testing.T) {
	p := new(toy).program()
	dir, file := below(t)
	save := func(name string, args ...string) []byte {
		p.Finish(t, dir, append(args, "-no-pictures", "-save", file(name))...)
		content, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	whole := save("whole.onnx", "-epochs", "2")
	save("net.h5", "-epochs", "2")
	net, err := keras.Load(file("net.h5"))
	if err == nil {
		err = onnx.Save(file("want.onnx"), net, "toy")
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(file("want.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole, want) {
		t.Error("-save net.onnx writes other bytes than onnx.Save")
	}
	if !bytes.Equal(save("loaded.ONNX", "-load", file("net.h5"), "-epochs", "0"), want) {
		t.Error("a loaded net gives other bytes")
	}
	save("half.onnx", "-epochs", "1", "-checkpoint", file("run.h5"))
	if !bytes.Equal(save("rest.onnx", "-resume", file("run.h5"), "-epochs", "2"), want) {
		t.Error("a resumed run gives other bytes")
	}
}

// alien is a layer that ONNX does not know.
type alien struct{ layer.ELULayer }

func (alien) Kind() string { return "Alien" }

// A net that has no .onnx is refused before it is trained.
func TestSaveONNXRefused(t *testing.T) {
	p := clitest.Program{Name: "toy", Defaults: toys, Run: func(_ context.Context, r *cli.Run) error {
		net := model.Sequential(model.Input(2), layer.Dense{Units: 1}, alien{})
		_, err := r.Compile(net, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewSGD(1)}, dataset.XOR())
		return err
	}}
	_, file := below(t)
	p.Failure(t, []string{"-save", file("net.onnx")}, "-save", "net.onnx", "layer 2 (Alien)")
}
