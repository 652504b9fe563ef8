package keras

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// entry is a member of a zip archive, stored unless change says that it is compressed.
type entry struct {
	name, content string
	change        func(*zip.FileHeader)
}

// zipped makes a zip archive.
func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, CRC32: crc32.ChecksumIEEE([]byte(e.content)),
			CompressedSize64: uint64(len(e.content)), UncompressedSize64: uint64(len(e.content))}
		if e.change != nil {
			e.change(h)
		}
		w, err := archive.CreateRaw(h)
		if err == nil {
			_, err = io.WriteString(w, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// deflated is a member that is compressed, and says that it has more bytes than it has.
func deflated(t testing.TB, name, content string, more int) entry {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	sum := crc32.ChecksumIEEE([]byte(content))
	return entry{name, b.String(), func(h *zip.FileHeader) {
		h.Method, h.CRC32 = zip.Deflate, sum
		h.UncompressedSize64 = uint64(len(content) + more)
	}}
}

// membersOf are the members of a file of real Keras.
func membersOf(t testing.TB, name string) (config, weights entry) {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join("testdata", "keras", name+".keras"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	read := func(name string) entry {
		f, err := archive.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return entry{name: name, content: string(b)}
	}
	return read(configName), read(weightsName)
}

func TestBadArchives(t *testing.T) {
	config, weights := membersOf(t, "keras3_adam")
	edit := func(old, new string) []byte {
		if !strings.Contains(config.content, old) {
			t.Fatalf("no %s in %s", old, config.content)
		}
		return zipped(t, entry{name: configName, content: strings.Replace(config.content, old, new, 1)}, weights)
	}
	changed := func(change func(*zip.FileHeader)) []byte {
		return zipped(t, config, entry{weights.name, weights.content, change})
	}
	good := zipped(t, config, weights)
	end := len(good) - 22
	directory := int(binary.LittleEndian.Uint32(good[end+16:]))
	patched := func(at int, value uint32, size int) []byte {
		b := bytes.Clone(good)
		for i := range size {
			b[at+i] = byte(value >> (8 * i))
		}
		return b
	}
	second := directory + 46 + len(configName) // the entry of the weights
	damaged := bytes.Clone(good)
	damaged[directory-1] ^= 1
	zeros := strings.Repeat("\x00", 100<<20)
	bomb := deflated(t, weightsName, zeros, 0)
	configBomb := entry{configName, bomb.content, bomb.change}
	littleBomb := entry{weightsName, bomb.content, func(h *zip.FileHeader) {
		bomb.change(h)
		h.UncompressedSize64 = 30000
	}}
	group := func(path string) string {
		return strings.Replace(weights.content, path, strings.Repeat("x", len(path)), 1)
	}
	for _, c := range []struct {
		name  string
		file  []byte
		facts []string
	}{
		{"half", good[:len(good)/2], []string{"truncated"}},
		{"without the last byte", good[:len(good)-1], []string{"truncated"}},
		{"empty archive", zipped(t), []string{"no config.json"}},
		{"no weights", zipped(t, config), []string{"no model.weights.h5"}},
		{"two configurations", zipped(t, config, config, weights), []string{"two", "config.json"}},
		{"outside", zipped(t, config, weights, entry{name: "../../evil"}), []string{"../../evil", "not a path"}},
		{"absolute", zipped(t, entry{name: "/etc/passwd"}, config, weights), []string{"/etc/passwd", "not a path"}},
		{"backslash", zipped(t, config, weights, entry{name: `..\evil`}), []string{`..\evil`, "not a path"}},
		{"a name of control characters", zipped(t, config, weights, entry{name: "\x1b[2J/../x"}), []string{"not a path"}},
		{"encrypted", changed(func(h *zip.FileHeader) { h.Flags = 1 }), []string{weightsName, "encrypted"}},
		{"another compression", changed(func(h *zip.FileHeader) { h.Method = 12 }), []string{weightsName, "12", "0", "8"}},
		{"more than the archive", changed(func(h *zip.FileHeader) { h.CompressedSize64 = 1 << 30 }), []string{weightsName, "1073741824"}},
		{"stored for more", changed(func(h *zip.FileHeader) { h.UncompressedSize64++ }), []string{weightsName, "stored"}},
		{"another CRC", changed(func(h *zip.FileHeader) { h.CRC32 ^= 1 }), []string{weightsName, "damaged", "CRC-32"}},
		{"a damaged byte", damaged, []string{weightsName, "damaged"}},
		{"too many members", patched(end+10, 5000, 2), []string{"5000", "1000"}},
		{"a large directory", patched(end+12, 5<<20, 4), []string{"5242880", "1048576"}},
		{"a directory before the file", patched(end+12, 1<<19, 4), []string{"524288"}},
		{"more than 4 GB", patched(end+16, 1<<32-1, 4), []string{"4 GB"}},
		{"a directory of other members", patched(end+10, 3, 2), []string{"directory", "damaged", "early"}},
		{"no directory there", patched(directory, 0, 4), []string{"directory", "damaged", "signature"}},
		{"no member there", patched(second+42, 7, 4), []string{weightsName}},
		{"one over another", patched(second+42, 0, 4), []string{"overlaps"}},
		{"over the directory", patched(second+20, uint32(len(weights.content)+40), 4), []string{weightsName}},
		{"bomb", zipped(t, config, bomb), []string{weightsName, "104857600", "20"}},
		{"bomb of a configuration", zipped(t, configBomb, weights), []string{configName, "104857600", "4194304"}},
		{"bomb that says little", zipped(t, config, littleBomb), []string{weightsName, "damaged"}},
		{"less than it says", zipped(t, config, deflated(t, weightsName, weights.content, 9)), []string{weightsName, "damaged"}},
		{"not deflated", changed(func(h *zip.FileHeader) { h.Method = zip.Deflate }), []string{weightsName, "damaged"}},
		{"another checksum", zipped(t, entry{name: metadataName, content: `{"gorgonia_lectures_sha256": "12\n34"}`}, config, weights),
			[]string{"changed", "12", metadataName}},

		{"no JSON", zipped(t, entry{name: configName, content: "{"}, weights), []string{configName, "truncated"}},
		{"a list", zipped(t, entry{name: configName, content: "[]"}, weights), []string{configName}},
		{"a class", edit(`"Flatten"`, `"LSTM"`), []string{configName + ": layer 3 (LSTM)"}},
		{"compile_config that is a list", edit(`"compile_config": {`, `"compile_config": [1], "x": {`), []string{configName, "compile_config"}},
		{"a large compile_config", edit(`"compile_config": {`, `"compile_config": {"x": "`+strings.Repeat("x", 1<<17)+`",`),
			[]string{configName, "compile_config", "65536"}},
		{"a setting", edit(`"compile_config": {`, `"compile_config": {"x": 1, `), []string{configName + ": compile_config: x is 1"}},
		{"no HDF5", zipped(t, config, entry{name: weightsName, content: "weights"}), []string{weightsName, "HDF5"}},
		{"half of the weights", zipped(t, config, entry{name: weightsName, content: weights.content[:len(weights.content)/2]}),
			[]string{weightsName, "truncated"}},
		{"a layer less", zipped(t, config, entry{name: weightsName, content: group("dense_1\x00")}), []string{weightsName}},
		{"more units", edit(`"units": 4`, `"units": 5`), []string{weightsName, "layer 4 (Dense)", "5", "4"}},
		{"an array with another number", zipped(t, config, entry{name: weightsName, content: strings.ReplaceAll(weights.content, "13\x00", "99\x00")}),
			[]string{weightsName, "13"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.keras")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			before := hostile.Allocated()
			_, err := Load(path)
			if used := hostile.Allocated() - before; used > 8<<20 {
				t.Errorf("%d bytes of memory", used)
			}
			wording.Check(t, err, append(c.facts, "load "+path+": ")...)
		})
	}
}

// smallArchive is a .keras file of ours.
func smallArchive(t testing.TB) ([]byte, *model.Net) {
	t.Helper()
	net := model.Sequential(model.Input(2), layer.Dense{Units: 2, Activation: layer.Tanh}, layer.Dense{Units: 1})
	nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(0.1), Seed: 3})
	nets.Fit(t, net, dataset.XOR(), model.Fit{Epochs: 2, Batch: 2})
	file, err := encodeAs("net.keras", net)
	if err != nil {
		t.Fatal(err)
	}
	return file, net
}

// Wherever a file of ours is truncated, or altered, that is found, or the net is the same; a file of Keras, without a
// checksum, gives a net or an error of one line. Neither takes much memory.
func TestArchivesDamaged(t *testing.T) {
	ours, net := smallArchive(t)
	want := nets.State(t, net)
	config, weights := membersOf(t, "keras3_adam")
	step := 7
	if testing.Short() {
		step = 97
	}
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"ours", ours},
		{"deflated", zipped(t, deflated(t, configName, config.content, 0), deflated(t, weightsName, weights.content, 0))},
	} {
		t.Run(c.name, func(t *testing.T) {
			for at := 0; at < len(c.file); at += step {
				if _, err := try(c.file[:at]); err == nil {
					t.Errorf("cut off after %d bytes: no error", at)
				}
				memory(t, c.file[:at])
				damaged := bytes.Clone(c.file)
				damaged[at] ^= byte(1 + at%255)
				memory(t, damaged)
				if again, err := try(damaged); err == nil && c.name == "ours" {
					if got := nets.State(t, again); !reflect.DeepEqual(got, want) {
						t.Errorf("byte %d altered: another net", at)
					}
				}
			}
		})
	}
}

// FuzzArchive alters a whole .keras file.
func FuzzArchive(f *testing.F) {
	for _, name := range []string{"keras3_sgd", "keras3_deflated"} {
		file, err := os.ReadFile(filepath.Join("testdata", "keras", name+".keras"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	ours, _ := smallArchive(f)
	f.Add(ours)
	f.Fuzz(tryAny)
}

// FuzzMembers reaches what FuzzArchive seldom does: other members with the right sums.
func FuzzMembers(f *testing.F) {
	for _, name := range []string{"keras3_sgd", "keras2_adam", "keras2_dependencies"} {
		config, weights := membersOf(f, name)
		f.Add(config.content, weights.content)
	}
	f.Fuzz(func(t *testing.T, config, weights string) {
		tryAny(t, zipped(t, entry{name: configName, content: config}, entry{name: weightsName, content: weights}))
	})
}

// tryAny wants an error of one line, or a net that can be saved and loaded, and little memory.
func tryAny(t *testing.T, file []byte) {
	memory(t, file)
	if net, err := try(file); err == nil && net.ParamCount() < 1<<16 {
		RoundTrip(t, net)
	}
}
