package keras

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/text"
)

// The members of a .keras file, which is a zip archive, in the order in which Keras writes them. Other members are
// ignored, as in Keras.
const (
	metadataName = "metadata.json"
	configName   = "config.json"
	weightsName  = "model.weights.h5"
)

// Bounds of an archive. A layer has about 1,500 bytes in config.json. Float32 values hardly compress, except zeros;
// those of a new optimizer are two thirds of a file.
const (
	maxConfig      = 4 << 20
	maxCompile     = 1 << 16
	mostCompressed = 20 // bytes of model.weights.h5 for each byte in the archive
)

// metadata is the JSON of metadata.json, which Keras does not read.
type metadata struct {
	Version string `json:"keras_version"`
	Sum     string `json:"gorgonia_lectures_sha256,omitempty"` // of config.json and, after it, model.weights.h5
}

// isArchive reports whether the file has the signature of a zip archive.
func isArchive(r io.ReaderAt) bool {
	begin := make([]byte, 4)
	n, _ := r.ReadAt(begin, 0)
	return n == 4 && (string(begin) == "PK\x03\x04" || string(begin) == "PK\x05\x06")
}

// readArchive returns a .keras file in the form of an .h5 file: the tree of model.weights.h5, with model_config and
// training_config as its attributes. It checks each size before it reads, and the checksum before it reads weights.
func readArchive(r io.ReaderAt, size int64) (*hdf5.Group, error) {
	members, err := openMembers(r, size)
	if err != nil {
		return nil, err
	}
	config, err := readMember(members, configName, maxConfig)
	if err != nil {
		return nil, err
	}
	var about metadata
	if members[metadataName] != nil {
		text, err := readMember(members, metadataName, maxCompile)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &about); err != nil {
			about = metadata{} // Keras does not read it
		}
	}
	weights, size, sum, err := openWeights(r, members, config)
	if err != nil {
		return nil, err
	}
	if about.Sum != "" && about.Sum != sum {
		return nil, fmt.Errorf("the file has changed since it was saved: the SHA-256 of %s and %s is %s, want %s as in %s "+
			"(without %[5]s it loads)", configName, weightsName, sum, text.Brief(about.Sum), metadataName)
	}
	root, err := hdf5.Read(weights, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", weightsName, err)
	}
	training, err := trainingOf(config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", configName, err)
	}
	root.Attributes = slices.DeleteFunc(root.Attributes, func(a hdf5.Attribute) bool { return a.Name != progressName })
	root.SetAttribute("model_config", string(config))
	if training != "" {
		root.SetAttribute("training_config", training)
	}
	return root, nil
}

// inArchive adds to an error of FromTree the name of the part of a .keras file.
func inArchive(err error) error {
	if err == nil {
		return nil
	}
	for _, part := range [][2]string{
		{"model_config: ", configName + ": "},
		{"training_config: ", configName + ": compile_config: "},
		{"model_weights: ", weightsName + ": "},
		{"optimizer_weights: ", weightsName + ": optimizer: "},
		{"no training_config: ", configName + ": no compile_config: "},
	} {
		if rest, ok := strings.CutPrefix(err.Error(), part[0]); ok {
			return errors.New(part[1] + rest)
		}
	}
	return err
}

// openWeights checks model.weights.h5, and opens it in the file or, if it is compressed, in memory. sum is the SHA-256
// of the configuration and of model.weights.h5.
func openWeights(r io.ReaderAt, members map[string]*zip.File, config []byte) (
	weights io.ReaderAt, size int64, sum string, err error) {
	f := members[weightsName]
	if f == nil {
		return nil, 0, "", fmt.Errorf("no %s in the zip archive: not a model that Keras saved", weightsName)
	}
	hash := sha256.New()
	hash.Write(config)
	size = int64(f.UncompressedSize64)
	if f.Method == zip.Store {
		start, err := f.DataOffset()
		if err == nil {
			err = copyMember(f, func(piece []byte) { hash.Write(piece) })
		}
		return io.NewSectionReader(r, start, size), size, hex.EncodeToString(hash.Sum(nil)), err
	}
	if f.UncompressedSize64 > maxConfig+mostCompressed*f.CompressedSize64 {
		return nil, 0, "", fmt.Errorf("%s: %d bytes in %d of the zip archive, want at most %d times as many",
			weightsName, f.UncompressedSize64, f.CompressedSize64, mostCompressed)
	}
	b, err := readMember(members, weightsName, math.MaxInt64)
	hash.Write(b)
	return bytes.NewReader(b), size, hex.EncodeToString(hash.Sum(nil)), err
}
