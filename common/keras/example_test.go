package keras_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// A program saves a net after some epochs, and another one resumes its training.
func Example() {
	ctx, data := context.Background(), dataset.XOR()
	net := model.Sequential(model.Input(2),
		layer.Dense{Units: 8, Activation: layer.Tanh},
		layer.Dense{Units: 1, Activation: layer.Sigmoid},
	)
	err := net.Compile(model.Config{Loss: loss.BinaryCrossentropy, Solver: solver.NewAdam(0.05)})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := net.Fit(ctx, data, model.Fit{Epochs: 250, Batch: 4}); err != nil {
		log.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "keras")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "xor.h5") // keras.models.load_model(path) opens it too
	if err := keras.Save(path, net); err != nil {
		log.Fatal(err)
	}

	again, err := keras.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := again.Fit(ctx, data, model.Fit{Epochs: 250, Batch: 4}); err != nil {
		log.Fatal(err)
	}
	out, err := again.Predict(data)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", model.Float64s(out))
	// Output: [0.00 1.00 1.00 0.00]
}
