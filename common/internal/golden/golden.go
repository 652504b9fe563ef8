// Package golden reads the values that real Keras computed, for the tests of the other packages.
//
// The files lie in the folder that the environment variable GOLDEN_DIR names (a relative path
// counts from the module's root), else in common/model/testdata/golden, whose README says what
// each holds and how closely it must be met. Reading is strict: a missing or empty folder, a key
// that the test's struct does not have, a configuration value that nobody asked for, or an array
// whose data does not fill its shape fails the test by name. A file that a test does not fully
// understand can therefore not pass.
package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Array is a row-major array; images are NHWC, kernels (height, width, in, out).
type Array struct {
	Shape []int     // empty for a scalar
	Data  []float64 // as many values as the product of Shape
}

// UnmarshalJSON reads {"shape": [...], "data": [...], "name": "..."}; the name may be missing and
// is not kept (Named keeps it). It is an error if the data does not fill the shape.
func (a *Array) UnmarshalJSON(text []byte) error {
	var n Named
	if err := n.UnmarshalJSON(text); err != nil {
		return err
	}
	*a = n.Array
	return nil
}

// Named is an Array with a name, such as the weight "dense.kernel".
type Named struct {
	Name string
	Array
}

// UnmarshalJSON reads {"name": "...", "shape": [...], "data": [...]}.
func (n *Named) UnmarshalJSON(text []byte) error {
	var raw struct {
		Name  string    `json:"name"`
		Shape []int     `json:"shape"`
		Data  []float64 `json:"data"`
	}
	if err := decode(text, &raw); err != nil {
		return err
	}
	size := 1
	for _, d := range raw.Shape {
		if d < 0 {
			return fmt.Errorf("array %q: negative size in shape %v", raw.Name, raw.Shape)
		}
		size *= d
	}
	if size != len(raw.Data) {
		return fmt.Errorf("array %q: shape %v wants %d values, file has %d", raw.Name, raw.Shape, size, len(raw.Data))
	}
	*n = Named{Name: raw.Name, Array: Array{Shape: raw.Shape, Data: raw.Data}}
	return nil
}

// MadeBy says what computed a file: the value of its key "made_by".
type MadeBy struct {
	Keras      string `json:"keras"`
	TensorFlow string `json:"tensorflow"`
	Floatx     string `json:"floatx"` // the dtype of the computation, "float64"
	Seed       int    `json:"seed"`
}

// Files lists the files of the golden folder whose names match pattern (as in filepath.Match, for
// example "loss_*.json"), sorted. It is fatal if there is none.
func Files(t testing.TB, pattern string) []string {
	t.Helper()
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	files, err := match(folder, pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Each runs one subtest for each file that matches pattern, named after the file without ".json".
func Each(t *testing.T, pattern string, test func(t *testing.T, path string)) {
	t.Helper()
	for _, path := range Files(t, pattern) {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		t.Run(name, func(t *testing.T) { test(t, path) })
	}
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

// Folder finds the golden folder. It need not exist: Files tells.
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

func match(folder, pattern string) ([]string, error) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("golden: %w (set GOLDEN_DIR to a folder of golden files)", err)
	}
	var files []string
	for _, e := range entries {
		ok, err := filepath.Match(pattern, e.Name())
		if err != nil {
			return nil, fmt.Errorf("golden: pattern %q: %w", pattern, err)
		}
		if ok && !e.IsDir() {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("golden: no file %s among the %d entries of %s", pattern, len(entries), folder)
	}
	return files, nil
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
