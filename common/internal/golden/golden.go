// Package golden reads the values that real Keras computed, for the tests of the other packages.
//
// The files lie in the folder that the environment variable GOLDEN_DIR names (a relative path
// counts from the module's root), else in common/model/testdata/golden, whose README says what
// each holds and how close a result must be. Reading is strict: a missing or empty folder, a key
// that the test's struct does not have, a configuration value that no test asked for, or an array
// whose data does not fill its shape fails the test by name: no test passes that ignores some of its
// file.
package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/shape"
)

// Array is a row-major array; images are NHWC, kernels (height, width, in, out).
type Array struct {
	Name  string    `json:"name"`  // such as "dense.kernel"; may be missing
	Shape []int     `json:"shape"` // empty for a scalar
	Data  []float64 `json:"data"`  // as many values as the product of Shape
}

// UnmarshalJSON wants as many values as the shape has.
func (a *Array) UnmarshalJSON(text []byte) error {
	type plain Array // without this method
	if err := decode(text, (*plain)(a)); err != nil {
		return err
	}
	size, err := shape.Size(a.Shape, 0, math.MaxInt32)
	if err != nil {
		return fmt.Errorf("array %q: %w", a.Name, err)
	}
	if size != len(a.Data) {
		return fmt.Errorf("array %q: shape %v wants %d values, file has %d", a.Name, a.Shape, size, len(a.Data))
	}
	return nil
}

// MadeBy says what computed a file: the value of its key "made_by".
type MadeBy struct {
	Keras      string `json:"keras"`
	TensorFlow string `json:"tensorflow"`
	Floatx     string `json:"floatx"` // the dtype of the computation, "float64"
	Seed       int    `json:"seed"`
}

// Each runs one subtest for each file of the golden folder whose name matches pattern, as "loss_*.json", sorted and
// named after the file without ".json". It is fatal if there is none.
func Each(t *testing.T, pattern string, test func(t *testing.T, path string)) {
	t.Helper()
	for _, path := range files(t, pattern) {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		t.Run(name, func(t *testing.T) { test(t, path) })
	}
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	list, err := fs.Glob(os.DirFS(folder), pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("golden: no file %s in %s: set GOLDEN_DIR to a folder of golden files (%v)", pattern, folder, err)
	}
	for i, name := range list {
		list[i] = filepath.Join(folder, name)
	}
	return list
}

// Read decodes a golden file into v, a pointer to a struct; a key that v has no field for is fatal.
func Read(t testing.TB, path string, v any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := decode(text, v); err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
}

// Folder is the path of the golden folder, which need not exist.
func Folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	given := os.Getenv("GOLDEN_DIR")
	if filepath.IsAbs(given) {
		return given, nil
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			if given != "" {
				return filepath.Join(root, given), nil
			}
			return filepath.Join(root, "common", "model", "testdata", "golden"), nil
		}
		if root == filepath.Dir(root) {
			return "", fmt.Errorf("golden: no go.mod in %s or above it", dir)
		}
	}
}

func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("text after the JSON value at byte %d", d.InputOffset())
	}
	return nil
}
