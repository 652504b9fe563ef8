package keras_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
)

// A .keras file of real Keras, with the layout of Keras 3 or of Keras 2.13 to 2.15, stored or deflated, predicts here what
// it predicted there, and trains on to the same weights. make_keras.py made the files.
func TestArchives(t *testing.T) {
	for _, path := range glob(t, filepath.Join("testdata", "keras", "*.keras")) {
		t.Run(name(path), func(t *testing.T) {
			var want struct {
				X, Y, Prediction array
				Epochs, Batch    int
				Evaluation       []float64
				Weights, After   []array
			}
			record(t, path, &want)
			net, err := keras.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(net.Params()); got != len(want.Weights) {
				t.Fatalf("%d weights, want %d", got, len(want.Weights))
			}
			for i, p := range net.Params() {
				if w := want.Weights[i]; !slices.Equal(p.Shape(), w.Shape) || !slices.Equal(model.Float64s(p.Value), w.Data) {
					t.Errorf("%s is not what Keras had", p.Name)
				}
			}
			data := rows(t, want.X, want.Y)
			y, err := net.Predict(data)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "prediction", model.Float64s(y), want.Prediction.Data, 1e-6)
			score, err := net.Evaluate(context.Background(), data)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "loss and accuracy", []float64{score.Loss, score.Accuracy}, want.Evaluation, 1e-6)
			keras.RoundTrip(t, net)
			_, err = net.Fit(context.Background(), data, model.Fit{Epochs: want.Epochs, Batch: want.Batch, NoShuffle: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range net.Params() {
				near(t, p.Name, model.Float64s(p.Value), want.After[i].Data, 1e-6)
			}
		})
	}
}

// The content of a file says what it is, not its name.
func TestContentCounts(t *testing.T) {
	for _, c := range []struct{ from, to string }{
		{filepath.Join("testdata", "h5", "keras3_iris.h5"), "net.keras"},
		{filepath.Join("testdata", "keras", "keras3_adam.keras"), "net.h5"},
	} {
		path := filepath.Join(t.TempDir(), c.to)
		if err := os.WriteFile(path, []byte(content(t, c.from)), 0o644); err != nil {
			t.Fatal(err)
		}
		net, err := keras.Load(path)
		if err != nil {
			t.Fatalf("%s as %s: %v", c.from, c.to, err)
		}
		keras.RoundTrip(t, net)
	}
}

// Save writes what the path ends in; a .keras file has the members of Keras in its order, and fixed times.
func TestArchiveSaved(t *testing.T) {
	net, err := keras.Load(filepath.Join("testdata", "keras", "keras3_adam.keras"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"net.keras", "NET.KERAS"} {
		path := filepath.Join(dir, name)
		save(t, path, net)
		file, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var names []string
		for _, f := range file.File {
			names = append(names, f.Name)
			if f.Method != zip.Store || f.Flags != 0 || len(f.Extra) > 0 || f.Modified.Format("2006-01-02 15:04") != "1980-01-01 00:00" {
				t.Errorf("%s: %+v, want it stored, at 1980-01-01", f.Name, f.FileHeader)
			}
			r, err := f.Open()
			if err == nil {
				_, err = io.Copy(io.Discard, r) // with the CRC-32
			}
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		if want := []string{"metadata.json", "config.json", "model.weights.h5"}; !slices.Equal(names, want) {
			t.Errorf("the members are %v, want %v", names, want)
		}
	}
	if content(t, filepath.Join(dir, "net.keras")) != content(t, filepath.Join(dir, "NET.KERAS")) {
		t.Error("the same net has other bytes")
	}
	save(t, filepath.Join(dir, "net.keras.h5"), net)
	if !bytes.HasPrefix([]byte(content(t, filepath.Join(dir, "net.keras.h5"))), []byte("\x89HDF")) {
		t.Error("net.keras.h5 is no HDF5 file")
	}
}

// Training resumes from a .keras file of ours with the same bits: with the seed, the step and the epoch.
func TestArchiveResumes(t *testing.T) {
	var want struct{ X, Y array }
	path := filepath.Join("testdata", "keras", "keras3_adam.keras")
	record(t, path, &want)
	data := rows(t, want.X, want.Y)
	fit := func(net *model.Net) {
		if _, err := net.Fit(t.Context(), data, model.Fit{Epochs: 3, Batch: 4}); err != nil {
			t.Fatal(err)
		}
	}
	net, err := keras.LoadWith(path, model.Config{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	fit(net)
	saved := filepath.Join(t.TempDir(), "net.keras")
	save(t, saved, net)
	again, err := keras.Load(saved)
	if err != nil {
		t.Fatal(err)
	}
	fit(net)
	fit(again)
	for i, p := range net.Params() {
		for k, v := range model.Float64s(p.Value) {
			if got := model.Float64s(again.Params()[i].Value)[k]; math.Float64bits(got) != math.Float64bits(v) {
				t.Fatalf("%s[%d] is %v, want %v", p.Name, k, got, v)
			}
		}
	}
}

// ModelJSON is the config.json of the .keras file.
func TestModelJSON(t *testing.T) {
	net := nets.Compile(t, nets.CNN(), model.Config{})
	path := filepath.Join(t.TempDir(), "net.keras")
	if err := keras.Save(path, net); err != nil {
		t.Fatal(err)
	}
	file, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := fs.ReadFile(file, "config.json")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := keras.ModelJSON(net); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s (%v), want %s", got, err, want)
	}
}
