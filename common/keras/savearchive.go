package keras

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/model"
)

// archiveVersion is the version of Keras whose format a .keras file has.
const archiveVersion = "3.15.1"

// archive returns the function that writes a .keras file. It encodes the weights twice, because their size and
// checksums come before them in the file.
func archive(net *model.Net, state model.State) (func(io.Writer) error, error) {
	root, err := tree(net, state)
	if err != nil {
		return nil, err
	}
	config, err := archiveConfig(root, net.InputShape())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", configName, err)
	}
	weights, err := numbered(root, net.Layers())
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	hash.Write(config)
	stored := part{name: weightsName, write: func(w io.Writer) error { return hdf5.Write(w, weights) }}
	if err := stored.measure(hash); err != nil {
		return nil, err
	}
	about, err := json.Marshal(metadata{archiveVersion, hex.EncodeToString(hash.Sum(nil))})
	if err != nil {
		return nil, err
	}
	parts := []part{bytesPart(metadataName, about), bytesPart(configName, config), stored}
	return func(w io.Writer) error { return writeParts(w, parts) }, nil
}

// ModelJSON returns config.json of the net's .keras file, which is also Keras' to_json of the loaded model.
func ModelJSON(net *model.Net) ([]byte, error) {
	var config []byte
	err := net.View(func(state model.State) error {
		root, err := tree(net, state)
		if err == nil {
			config, err = archiveConfig(root, net.InputShape())
		}
		return err
	})
	return config, err
}

// part is a member of a zip archive to write.
type part struct {
	name  string
	write func(io.Writer) error
	size  uint64
	crc   uint32
}

func bytesPart(name string, content []byte) part {
	return part{name, func(w io.Writer) error { _, err := w.Write(content); return err },
		uint64(len(content)), crc32.ChecksumIEEE(content)}
}

// measure computes the size and the CRC-32 while it writes the content to a writer.
func (p *part) measure(to io.Writer) error {
	crc, size := crc32.NewIEEE(), counter(0)
	err := p.write(io.MultiWriter(to, crc, &size))
	p.size, p.crc = uint64(size), crc.Sum32()
	return err
}

// counter counts the bytes that are written to it.
type counter uint64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// writeParts writes a zip archive as Keras does: uncompressed, without data descriptors. All times are 1980-01-01, the
// earliest of the format, so that the same net gives the same bytes.
func writeParts(w io.Writer, parts []part) error {
	const firstDay = 1<<5 | 1
	archive := zip.NewWriter(w)
	for _, p := range parts {
		header := &zip.FileHeader{Name: p.name, Method: zip.Store, CreatorVersion: 20, ReaderVersion: 20,
			CRC32: p.crc, CompressedSize64: p.size, UncompressedSize64: p.size}
		//lint:ignore SA1019 CreateRaw writes this date, not Modified
		header.ModifiedDate = firstDay
		to, err := archive.CreateRaw(header)
		if err == nil {
			err = p.write(to)
		}
		if err != nil {
			return err
		}
	}
	return archive.Close()
}

// archiveConfig is config.json with the layers and the training of an .h5 file's tree.
func archiveConfig(root *hdf5.Group, input []int) ([]byte, error) {
	architecture, err := decodeAttribute(root, "model_config")
	if err != nil {
		return nil, err
	}
	training, err := decodeAttribute(root, "training_config")
	if err != nil {
		return nil, err
	}
	if optimizer := training["optimizer_config"]; optimizer != nil {
		training["optimizer"] = optimizer
	}
	delete(training, "optimizer_config")
	config := withModules("", architecture).(map[string]any)
	config["module"] = "keras"
	config["build_config"] = map[string]any{"input_shape": batchShape(input)}
	config["compile_config"] = withModules("", training)
	return json.Marshal(config)
}

func decodeAttribute(root *hdf5.Group, name string) (map[string]any, error) {
	text, err := attributeText(root, name)
	if err != nil {
		return nil, err
	}
	var value map[string]any
	numbers := json.NewDecoder(strings.NewReader(text))
	numbers.UseNumber() // keeps their digits
	err = numbers.Decode(&value)
	return value, err
}

// modules has Keras 3's modules of the objects of a setting, by the end of the setting's name.
var modules = []struct{ setting, module string }{
	{"layers", "keras.layers"},
	{"_initializer", "keras.initializers"},
	{"_regularizer", "keras.regularizers"},
	{"_constraint", "keras.constraints"},
	{"optimizer", "keras.optimizers"},
	{"learning_rate", "keras.optimizers.schedules"},
	{"loss", "keras.losses"},
	{"metrics", "keras.metrics"},
	{"dtype", "keras"},
}

// withModules adds to each object below a setting its module, which Keras 3 needs to find the class in a .keras file.
func withModules(setting string, value any) any {
	switch v := value.(type) {
	case []any:
		for i, inner := range v {
			v[i] = withModules(setting, inner)
		}
	case map[string]any:
		for name, inner := range v {
			v[name] = withModules(name, inner)
		}
		if _, known := v["module"]; v["class_name"] == nil || known {
			break
		}
		for _, m := range modules {
			if strings.HasSuffix(setting, m.setting) {
				v["module"], v["registered_name"] = m.module, nil
			}
		}
	}
	return value
}
