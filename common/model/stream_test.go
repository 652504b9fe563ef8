package model_test

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// streamed is rows of digits on disk, the label of row i is i%10, and the path of their pictures.
func streamed(t *testing.T, rows int) (data dataset.Set, path string) {
	t.Helper()
	dir := t.TempDir()
	pixels, labels := make([]byte, rows*784), make([]byte, rows)
	for i := range pixels {
		pixels[i] = byte(i * i >> 3)
	}
	for i := range labels {
		labels[i] = byte(i % 10)
	}
	for _, name := range []string{"train", "t10k"} {
		for file, content := range map[string][]byte{
			"-images-idx3-ubyte": slices.Concat([]byte{0, 0, 8, 3}, word(rows), word(28), word(28), pixels),
			"-labels-idx1-ubyte": slices.Concat([]byte{0, 0, 8, 1}, word(rows), labels),
		} {
			if err := os.WriteFile(filepath.Join(dir, name+file), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	data, test, err := dataset.OpenDigits(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = data.Close(), test.Close() })
	return data, filepath.Join(dir, "train-images-idx3-ubyte")
}

func word(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

// linear is a net that reads digits.
func linear(t *testing.T, dtype tensor.Dtype) *model.Net {
	t.Helper()
	return nets.Compile(t, model.Sequential(model.Input(28, 28), layer.Flatten{}, layer.Dense{Units: 10, Activation: layer.Softmax}),
		model.Config{Dtype: dtype})
}

// If a file is truncated while a net trains on it, the Fit ends at the step that needs a missing row, with the weights
// of the step before.
func TestFitEndsWithItsData(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		data, path := streamed(t, 40)
		net := linear(t, dtype)
		var before []float64
		cut := model.Callback{BatchEnd: func(b model.Batch) error {
			before = weights(net)
			if b.Epoch == 2 && b.Batch == 3 {
				return os.Truncate(path, 16+31*784+1)
			}
			return nil
		}}
		h, err := net.Fit(t.Context(), data, model.Fit{Epochs: 4, Batch: 8, NoShuffle: true, Callbacks: []model.Callback{cut}})
		wording.Check(t, err, "epoch 2, batch 4", path, "digit 31")
		if len(h.Epochs) != 1 || !slices.Equal(weights(net), before) {
			t.Errorf("%d epochs in the history, want 1, or the weights have moved since the last whole step", len(h.Epochs))
		}
	}
}

// Each method that reads rows returns the error of the data.
func TestDataThatCannotBeRead(t *testing.T) {
	data, path := streamed(t, 20)
	memory, err := dataset.FromBytes([]int{28, 28}, make([]byte, 784), []int{}, []float64{3})
	if err != nil {
		t.Fatal(err)
	}
	net := linear(t, tensor.Float32)
	calls := []struct {
		name string
		call func() error
	}{
		{"evaluate", func() error {
			_, err := net.Evaluate(context.Background(), data)
			return err
		}},
		{"predict", func() error {
			_, err := net.Predict(data)
			return err
		}},
		{"gradients", func() error {
			_, err := net.Gradients(data)
			return err
		}},
		{"activations", func() error {
			_, err := net.Activations(data)
			return err
		}},
		{"epoch 1, batch 1", func() error {
			_, err := net.Fit(context.Background(), data, model.Fit{Epochs: 1, Batch: 20, NoShuffle: true})
			return err
		}},
		{"epoch 1, validation", func() error {
			_, err := linear(t, tensor.Float32).Fit(context.Background(), memory, model.Fit{Epochs: 1, Batch: 20, Validation: data})
			return err
		}},
	}
	for _, c := range calls {
		if err := c.call(); err != nil {
			t.Errorf("%s of whole data: %v", c.name, err)
		}
	}
	if err := errors.Join(dataset.Err(data), dataset.Err(memory), dataset.Err(struct{ dataset.Data }{data})); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 16+784); err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		wording.Check(t, c.call(), c.name, path, "digit 1")
	}
	wording.Check(t, dataset.Err(data), path)
	// the net still works, with another set
	if _, err := net.Predict(memory); err != nil {
		t.Error(err)
	}
}
