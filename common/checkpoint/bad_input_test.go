package checkpoint

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/solver"
)

// Each kind of wrong content has its message of one line, and takes little memory.
func TestBadInput(t *testing.T) {
	good := goodFile(t)
	const run, group, attributeRun = "run", groupName + "/", "attribute run"
	// the file with a member in the group of the run replaced
	member := func(path string, m hdf5.Member) []byte { return written(t, with(t, parsed(t, good), group+path, m)) }
	attribute := func(change func(g *hdf5.Group)) []byte {
		root := parsed(t, good)
		g, err := root.Group(groupName)
		if err != nil {
			t.Fatal(err)
		}
		change(g)
		return written(t, root)
	}
	set := func(value any) []byte { return attribute(func(g *hdf5.Group) { g.SetAttribute(run, value) }) }
	// the JSON with a text replaced
	edit := func(old, new string) []byte {
		return attribute(func(g *hdf5.Group) {
			text, _ := g.Attribute(run)
			if !strings.Contains(text.(string), old) {
				t.Fatalf("no %s in %s", old, text)
			}
			g.SetAttribute(run, strings.Replace(text.(string), old, new, 1))
		})
	}
	root := func(change func(root *hdf5.Group)) []byte {
		r := parsed(t, good)
		change(r)
		return written(t, r)
	}
	saved := filepath.Join(t.TempDir(), "net.h5")
	if err := keras.Save(saved, twoNeurons(t, solver.NewAdam(0.01), tensor.Float32)); err != nil {
		t.Fatal(err)
	}
	nan := datasetOf(t, []float32{0, float32(math.NaN())}, 2)
	for _, c := range []struct {
		name  string
		file  []byte
		facts []string
	}{
		{"a model", content(t, saved), []string{"not a checkpoint", "-load"}},
		{"another HDF5 file", written(t, hdf5.NewGroup()), []string{"not a checkpoint"}},
		{"no group but a dataset", written(t, with(t, parsed(t, good), groupName, datasetOf(t, make([]int64, 1), 1))), []string{groupName, "dataset", "group"}},
		{"a run without a model", root(func(g *hdf5.Group) { dropAttribute(g, "model_config") }), []string{"model_config"}},
		{"not compiled", root(func(g *hdf5.Group) { dropAttribute(g, "training_config") }), []string{"training_config"}},
		{"no random state", root(func(g *hdf5.Group) { dropAttribute(g, "gorgonia_lectures") }), []string{"0 epochs", "2"}},

		{"no attribute", attribute(func(g *hdf5.Group) { dropAttribute(g, run) }), []string{attributeRun}},
		{"attribute of a number", set(int64(1)), []string{attributeRun, "text"}},
		{"empty text", set(""), []string{attributeRun, "JSON"}},
		{"broken JSON", set(`{"epochs":`), []string{attributeRun, "JSON"}},
		{"no JSON", set("run"), []string{attributeRun, "JSON", "'r'"}},
		{"a list", set("[]"), []string{attributeRun, "JSON", "array"}},
		{"two values", edit(`"best":true}`, `"best":true} {}`), []string{attributeRun, "JSON"}},
		{"one bracket more", edit(`"best":true}`, `"best":true}}`), []string{attributeRun, "JSON"}},
		{"unknown field", edit(`{`, `{"colour":1,`), []string{attributeRun, `"colour"`}},
		{"text for a number", edit(`"steps":1`, `"steps":"1"`), []string{attributeRun, "steps", "string"}},
		{"number for a text", edit(`"program":"xor"`, `"program":1`), []string{attributeRun, "program", "number"}},
		{"number for a map", edit(`"flags":{`, `"flags":1,"given":[],"x":{`), []string{attributeRun, "flags", "number"}},
		{"fraction", edit(`"steps":1`, `"steps":1.5`), []string{attributeRun, "steps", "1.5"}},
		{"huge number", edit(`"steps":1`, `"steps":1e99`), []string{attributeRun, "steps", "1e99"}},
		{"just too large", edit(`"steps":1`, `"steps":9223372036854775808`), []string{attributeRun, "steps", "9223372036854775808"}},
		{"negative epochs", edit(`"epochs":2`, `"epochs":-2`), []string{attributeRun, "-2 epochs", "0"}},
		{"negative steps", edit(`"steps":1`, `"steps":-1`), []string{attributeRun, "-1 steps", "0"}},
		{"no rows", edit(`"rows":4`, `"rows":0`), []string{attributeRun, "0 rows", "1"}},
		{"negative batch", edit(`"batch_size":3`, `"batch_size":-3`), []string{attributeRun, "-3", "1"}},
		{"no fields", set("{}"), []string{attributeRun, "version 0", "2"}},
		{"null", set("null"), []string{attributeRun, "version 0", "2"}},
		{"an older run", edit(`"version":2,`, ""), []string{attributeRun, "version 0", "2", "other numbers", "-load"}},
		{"a later run", edit(`"version":2`, `"version":3`), []string{attributeRun, "version 3", "newer program", "-load"}},
		{"a later run with more fields", edit(`"version":2`, `"version":3,"colour":1`),
			[]string{attributeRun, "version 3", "newer program", "-load"}},
		{"huge table", edit(`"epochs":2`, `"epochs":9000000000000000000`), []string{"epochs", "[2 5]", "[9000000000000000000 5]"}},
		{"short table", edit(`"epochs":2`, `"epochs":1`), []string{"epochs", "[2 5]", "[1 5]"}},
		{"no table", member("epochs", nil), []string{`"epochs"`}},
		{"table of another shape", member("epochs", numbers(t, 1, 2, 4)), []string{"epochs", "[2 4]", "[2 5]"}},
		{"flat table", member("epochs", numbers(t, 1, 10)), []string{"epochs", "[10]", "[2 5]"}},
		{"table of whole numbers", member("epochs", datasetOf(t, make([]int64, 10), 2, 5)), []string{"epochs", "int64", "float64"}},
		{"table with NaN", member("epochs", numbers(t, math.NaN(), 2, 5)), []string{"epochs", "value 9", "NaN"}},
		{"table that is a group", member("epochs", hdf5.NewGroup()), []string{"epochs", "group", "dataset"}},
		{"no sums", member("sums", nil), []string{`"sums"`}},
		{"one sum", member("sums", numbers(t, 1, 1)), []string{"sums", "[1]", "[2]"}},
		{"sums with another axis", member("sums", numbers(t, 1, 2, 1)), []string{"sums", "[2 1]", "[2]"}},
		{"infinite time", member("sums", numbers(t, math.Inf(1), 2)), []string{"sums", "value 1", "+Inf"}},
		{"negative time", member("sums", numbers(t, -1, 2)), []string{"sums", "-1 seconds", "0"}},
		{"eternity", member("sums", numbers(t, 1e300, 2)), []string{"sums", "1e+300 seconds", "1e+09"}},
		{"no best weights", member("best", nil), []string{`"best"`}},
		{"best weights in a dataset", member("best", datasetOf(t, make([]int64, 1), 1)), []string{`"best"`, "dataset", "group"}},
		{"one best weight missing", member("best/3", nil), []string{"best: dense_1.bias", `"3"`}},
		{"best weight of another shape", member("best/0", numbers(t, 1, 4)), []string{"best: dense.kernel", "[4]", "[2 2]"}},
		{"best weight in a row", member("best/2", numbers(t, 1, 2)), []string{"best: dense_1.kernel", "[2]", "[2 1]"}},
		{"best weight of whole numbers", member("best/1", datasetOf(t, make([]int64, 2), 2)), []string{"best: dense.bias", "int64", "float32"}},
		{"best weight of float64", member("best/1", numbers(t, 1, 2)), []string{"best: dense.bias", "float64", "float32"}},
		{"best weight NaN", member("best/1", nan), []string{"best: dense.bias", "value 1", "NaN"}},

		{"text", []byte("epoch,loss\n1,0.5\n"), []string{"not an HDF5 file"}},
		{"cut in the middle", good[:len(good)/2], []string{"truncated", strconv.Itoa(len(good) / 2), strconv.Itoa(len(good))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "net.h5")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			before := hostile.Allocated()
			_, err := Open(path)
			if used := hostile.Allocated() - before; used > 8<<20 {
				t.Errorf("%d bytes of memory", used)
			}
			wording.Check(t, err, append(c.facts, "resume "+path+": ")...)
		})
	}
	altered := bytes.Clone(good)
	altered[bytes.Index(altered, []byte(`"program":"xor"`))+11] = 'X'
	if _, err := openBytes(altered); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("error %v, want that the file has changed", err) // with a SHA-256 that is another one in each run
	}
	folder := t.TempDir()
	_, err := Open(folder)
	wording.Check(t, err, "resume "+folder, "folder")
	gone := filepath.Join(folder, "net.h5")
	if _, err = Open(gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that there is no file", err)
	}
	wording.Check(t, err, "resume "+gone)
}

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// Whichever byte is another one: it is found, or says nothing.
func TestAlteredBytes(t *testing.T) {
	good := goodFile(t)
	want, err := openBytes(good)
	if err != nil {
		t.Fatal(err)
	}
	state := nets.State(t, want.Net)
	altered := bytes.Clone(good)
	found := 0
	step := 7
	if testing.Short() {
		step = 71
	}
	for at := 0; at < len(good); at += step {
		altered[at] ^= 0x10
		got, err := openBytes(altered)
		if err != nil {
			hostile.Refusal(t, err, 2000)
			found++
		} else if !reflect.DeepEqual(nets.State(t, got.Net), state) || !reflect.DeepEqual(got.Best, want.Best) || !reflect.DeepEqual(got.Info, want.Info) {
			t.Errorf("byte %d altered: another run", at)
		}
		altered[at] = good[at]
	}
	if tried := len(good)/step + 1; found < tried/4 {
		t.Errorf("%d of %d altered bytes are found, want at least a quarter", found, tried)
	}
}
