package bench

import (
	"context"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"gorgonia-lectures/common/model"
)

// Each work and its program, with the same seed and rows, have the same losses to the last digit, so the benchmarks
// measure what the programs do.
func TestWorksAreThoseOfThePrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	const epochs, limit = 2, 64
	for _, w := range Works() {
		t.Run(w.Name, func(t *testing.T) {
			net, err := w.Compile()
			if err != nil {
				t.Fatal(err)
			}
			train, test, err := w.Load("")
			if err != nil {
				t.Fatal(err)
			}
			arguments := []string{"run", "../../" + w.Program, "-epochs", strconv.Itoa(epochs), "-quiet", "-no-pictures"}
			if train.Len() > 1000 {
				arguments = append(arguments, "-limit", strconv.Itoa(limit))
				train, test = train.First(limit), test.First(limit)
			}
			fit := model.Fit{Epochs: epochs, Batch: w.Batch}
			if test.Len() > 0 {
				fit.Validation = test
			}
			history, err := net.Fit(context.Background(), train, fit)
			if err != nil {
				t.Fatal(err)
			}
			for i, loss := range programLosses(t, arguments) {
				if loss != history.Epochs[i].Loss {
					t.Errorf("epoch %d: the program's loss is %v, here it is %v", i+1, loss, history.Epochs[i].Loss)
				}
			}
		})
	}
}

// programLosses runs a program and returns the losses in its history.csv.
func programLosses(t *testing.T, arguments []string) []float64 {
	t.Helper()
	out := t.TempDir()
	if text, err := exec.Command("go", append(arguments, "-out", out)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", arguments, err, text)
	}
	file, err := os.Open(filepath.Join(out, "history.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 3 || records[0][1] != "loss" {
		t.Fatalf("history.csv is %v, want a header and two epochs with their loss", records)
	}
	var losses []float64
	for _, record := range records[1:] {
		loss, err := strconv.ParseFloat(record[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, loss)
	}
	return losses
}

// Parameters and MultiplyAdds are those of the compiled nets.
func TestParametersAndMultiplyAdds(t *testing.T) {
	for _, w := range append(Works(), CNN(0.5), CNN(2)) {
		net, err := w.Compile()
		if err != nil {
			t.Fatal(err)
		}
		parameters := 0
		for _, p := range net.Params() {
			parameters += p.Value.Shape().TotalSize()
		}
		if parameters != w.Parameters {
			t.Errorf("%s has %d parameters, want %d", w.Name, parameters, w.Parameters)
		}
		// A weight of a kernel is used once for each row in a dense layer and once for each pixel in a convolution,
		// forward and for its gradient, and for the gradient of the input except in the first layer.
		pixels, passes, multiplyAdds := []int{1, 1, 1, 1}, 2, 0
		if w.Name == "cnn" {
			pixels[0], pixels[1] = 28*28, 14*14
		}
		for i := 0; i < len(net.Params()); i += 2 {
			multiplyAdds += passes * pixels[i/2] * net.Params()[i].Value.Shape().TotalSize()
			passes = 3
		}
		if multiplyAdds != w.MultiplyAdds {
			t.Errorf("%s has %d multiply-adds a row, want %d", w.Name, w.MultiplyAdds, multiplyAdds)
		}
	}
}
