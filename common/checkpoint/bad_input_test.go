package checkpoint

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/solver"
)

// Each kind of wrong content has its message of one line, and takes little memory.
func TestBadInput(t *testing.T) {
	good := goodFile(t)
	const run, group = "run", groupName + "/"
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
	altered := bytes.Clone(good)
	altered[bytes.Index(altered, []byte(`"program":"xor"`))+11] = 'X'
	sumOf := func(file []byte) string { // what the altered file's error says after the words
		_, err := openBytes(file)
		return strings.TrimPrefix(err.Error(), "the file has changed since it was saved: ")
	}
	const json = groupName + ": attribute run: not the JSON that is wanted: "
	for _, c := range []struct {
		what, want string
		file       []byte
	}{
		{"a model", "not a checkpoint: it has a net at most (-load takes one)", content(t, saved)},
		{"another HDF5 file", "not a checkpoint: it has a net at most (-load takes one)", written(t, hdf5.NewGroup())},
		{"no group but a dataset", `hdf5: "gorgonia_lectures_run" is a dataset, want a group`, written(t, with(t, parsed(t, good), groupName, whole(t, 1)))},
		{"a run without a model", "no attribute model_config: not a model that Keras saved", root(func(g *hdf5.Group) { dropAttribute(g, "model_config") })},
		{"not compiled", "no training_config: the model was saved without compiling (LoadWith takes a configuration)", root(func(g *hdf5.Group) { dropAttribute(g, "training_config") })},
		{"no random state", "the net has trained for 0 epochs, want at least the 2 of its run", root(func(g *hdf5.Group) { dropAttribute(g, "gorgonia_lectures") })},
		{"altered text", "the file has changed since it was saved: " + sumOf(altered), altered},

		{"no attribute", groupName + ": no attribute run", attribute(func(g *hdf5.Group) { dropAttribute(g, run) })},
		{"attribute of a number", groupName + ": attribute run: want a text", set(int64(1))},
		{"empty text", json + "EOF", set("")},
		{"broken JSON", json + "unexpected EOF", set(`{"epochs":`)},
		{"no JSON", json + "invalid character 'r' looking for beginning of value", set("run")},
		{"a list", json + "unexpected array", set("[]")},
		{"two values", json + "there is something behind it", edit(`"best":true}`, `"best":true} {}`)},
		{"one bracket more", json + "there is something behind it", edit(`"best":true}`, `"best":true}}`)},
		{"unknown field", json + `unknown field "colour"`, edit(`{`, `{"colour":1,`)},
		{"text for a number", json + "steps: unexpected string", edit(`"steps":1`, `"steps":"1"`)},
		{"number for a text", json + "program: unexpected number", edit(`"program":"xor"`, `"program":1`)},
		{"number for a map", json + "flags: unexpected number", edit(`"flags":{`, `"flags":1,"given":[],"x":{`)},
		{"fraction", json + "steps: unexpected number 1.5", edit(`"steps":1`, `"steps":1.5`)},
		{"huge number", json + "steps: unexpected number 1e99", edit(`"steps":1`, `"steps":1e99`)},
		{"just too large", json + "steps: unexpected number 9223372036854775808", edit(`"steps":1`, `"steps":9223372036854775808`)},
		{"negative epochs", groupName + ": attribute run: -2 epochs and 1 steps, want at least 0", edit(`"epochs":2`, `"epochs":-2`)},
		{"negative steps", groupName + ": attribute run: 2 epochs and -1 steps, want at least 0", edit(`"steps":1`, `"steps":-1`)},
		{"no rows", groupName + ": attribute run: 0 rows in steps of 3, want at least 1", edit(`"rows":4`, `"rows":0`)},
		{"negative batch", groupName + ": attribute run: 4 rows in steps of -3, want at least 1", edit(`"batch_size":3`, `"batch_size":-3`)},
		{"no fields", groupName + ": attribute run: 0 rows in steps of 0, want at least 1", set("{}")},
		{"null", groupName + ": attribute run: 0 rows in steps of 0, want at least 1", set("null")},
		{"huge table", groupName + ": epochs: shape [2 5], want [9000000000000000000 5]", edit(`"epochs":2`, `"epochs":9000000000000000000`)},
		{"short table", groupName + ": epochs: shape [2 5], want [1 5]", edit(`"epochs":2`, `"epochs":1`)},
		{"no table", groupName + `: hdf5: there is no "epochs"`, member("epochs", nil)},
		{"table of another shape", groupName + ": epochs: shape [2 4], want [2 5]", member("epochs", numbers(t, 1, 2, 4))},
		{"flat table", groupName + ": epochs: shape [10], want [2 5]", member("epochs", numbers(t, 1, 10))},
		{"table of whole numbers", groupName + ": epochs: hdf5: another type of numbers: int64, want float64 or float32", member("epochs", whole(t, 2, 5))},
		{"table with NaN", groupName + ": epochs: value 9 is NaN, want finite numbers", member("epochs", numbers(t, math.NaN(), 2, 5))},
		{"table that is a group", groupName + `: hdf5: "epochs" is a group, want a dataset`, member("epochs", hdf5.NewGroup())},
		{"no sums", groupName + `: hdf5: there is no "sums"`, member("sums", nil)},
		{"one sum", groupName + ": sums: shape [1], want [2]", member("sums", numbers(t, 1, 1))},
		{"sums with another axis", groupName + ": sums: shape [2 1], want [2]", member("sums", numbers(t, 1, 2, 1))},
		{"infinite time", groupName + ": sums: value 1 is +Inf, want finite numbers", member("sums", numbers(t, math.Inf(1), 2))},
		{"negative time", groupName + ": sums: -1 seconds, want 0 to 1e+09", member("sums", numbers(t, -1, 2))},
		{"eternity", groupName + ": sums: 1e+300 seconds, want 0 to 1e+09", member("sums", numbers(t, 1e300, 2))},
		{"no best weights", groupName + `: hdf5: there is no "best"`, member("best", nil)},
		{"best weights in a dataset", groupName + `: hdf5: "best" is a dataset, want a group`, member("best", whole(t, 1))},
		{"one best weight missing", groupName + `: best: dense_1.bias: hdf5: there is no "3"`, member("best/3", nil)},
		{"best weight of another shape", groupName + ": best: dense.kernel: 0: shape [4], want [2 2]", member("best/0", numbers(t, 1, 4))},
		{"best weight in a row", groupName + ": best: dense_1.kernel: 2: shape [2], want [2 1]", member("best/2", numbers(t, 1, 2))},
		{"best weight of whole numbers", groupName + ": best: dense.bias: 1: hdf5: another type of numbers: int64, want float64 or float32", member("best/1", whole(t, 2))},
		{"best weight NaN", groupName + ": best: dense.bias: 1: value 1 is NaN, want finite numbers", member("best/1", numbers(t, math.NaN(), 2))},

		{"empty", "hdf5: an empty file", nil},
		{"text", "hdf5: not an HDF5 file: it begins otherwise", []byte("epoch,loss\n1,0.5\n")},
		{"cut in its head", "hdf5: not an HDF5 file: it begins otherwise", good[:5]},
		{"cut in its first block", "hdf5: the file is cut off after 50 bytes", good[:50]},
		{"cut in the middle", fmt.Sprintf("hdf5: the file is cut off: %d bytes, want %d", len(good)/2, len(good)), good[:len(good)/2]},
		{"cut before its end", fmt.Sprintf("hdf5: the file is cut off: %d bytes, want %d", len(good)-1, len(good)), good[:len(good)-1]},
	} {
		path := filepath.Join(t.TempDir(), "net.h5")
		if err := os.WriteFile(path, c.file, 0o644); err != nil {
			t.Fatal(err)
		}
		before := allocated()
		_, err := Open(path)
		if want := "resume " + path + ": " + c.want; err == nil || err.Error() != want || strings.Contains(want, "\n") {
			t.Errorf("%s: error %v, want %s", c.what, err, want)
		}
		if used := allocated() - before; used > 8<<20 {
			t.Errorf("%s: %d bytes of memory", c.what, used)
		}
	}
}

// What is no file has its message too.
func TestNoFile(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "net.h5")
	for path, want := range map[string]string{
		folder:  "resume " + folder + ": a folder, want an HDF5 file",
		missing: "resume " + missing + ": no such file or directory",
	} {
		if _, err := Open(path); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Whichever byte is another one: it is found, or says nothing.
func TestAlteredBytes(t *testing.T) {
	good := goodFile(t)
	want, err := openBytes(good)
	if err != nil {
		t.Fatal(err)
	}
	state := stateOf(t, want.Net)
	altered := bytes.Clone(good)
	found := 0
	for at := 0; at < len(good); at += 7 {
		altered[at] ^= 0x10
		got, err := openBytes(altered)
		if err != nil {
			oneLine(t, err)
			found++
		} else if !reflect.DeepEqual(stateOf(t, got.Net), state) || !reflect.DeepEqual(got.Best, want.Best) || !reflect.DeepEqual(got.Info, want.Info) {
			t.Errorf("byte %d altered: another run", at)
		}
		altered[at] = good[at]
	}
	if tried := len(good)/7 + 1; found < tried/4 {
		t.Errorf("%d of %d altered bytes are found, want at least a quarter", found, tried)
	}
}
