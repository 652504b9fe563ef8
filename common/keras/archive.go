package keras

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// Bounds of what an archive may have. A layer has some 1,500 bytes in config.json; an array of float32 that is not all
// zeros hardly shrinks, and the zeros of a fresh optimizer are two thirds of a file.
const (
	maxMembers     = 1000
	maxDirectory   = 1 << 20
	maxConfig      = 4 << 20
	maxCompile     = 1 << 16
	mostCompressed = 20 // bytes of model.weights.h5 for each byte in the archive
)

// metadata is the JSON of metadata.json, which Keras does not read.
type metadata struct {
	Version string `json:"keras_version"`
	Sum     string `json:"gorgonia_lectures_sha256,omitempty"` // of config.json and, after it, model.weights.h5
}

// isArchive is true if the file begins as a zip archive does.
func isArchive(r io.ReaderAt) bool {
	begin := make([]byte, 4)
	n, _ := r.ReadAt(begin, 0)
	return n == 4 && (string(begin) == "PK\x03\x04" || string(begin) == "PK\x05\x06")
}

// readArchive gives a .keras file the form of an .h5 file: the tree of model.weights.h5, with model_config and
// training_config as its attributes. Nothing is read before its size was checked, and no weights before their checksum.
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

// inArchive names the part of a .keras file that an error of FromTree is about.
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

// directory checks the record that ends the archive (APPNOTE 6.3.10, section 4.3.16), and gives the address of the
// directory. package zip makes a list as long as the record says, and reads entries until there are no more.
func directory(r io.ReaderAt, size int64) (int64, error) {
	const length = 22
	tail := make([]byte, min(size, length+math.MaxUint16))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return 0, err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < length {
		return 0, errors.New("the zip archive has no directory at its end: the file is cut off")
	}
	end := tail[at:]
	count, bytes := binary.LittleEndian.Uint16(end[10:]), binary.LittleEndian.Uint32(end[12:])
	switch start := size - int64(len(end)) - int64(bytes); {
	case binary.LittleEndian.Uint32(end[16:]) == math.MaxUint32:
		return 0, errors.New("a zip archive of more than 4 GB: not supported")
	case count > maxMembers:
		return 0, fmt.Errorf("a zip archive of %d members, want at most %d", count, maxMembers)
	case bytes > maxDirectory:
		return 0, fmt.Errorf("a directory of %d bytes in the zip archive, want at most %d", bytes, maxDirectory)
	case start < 0:
		return 0, fmt.Errorf("a directory of %d bytes in a zip archive of %d bytes", bytes, size)
	default:
		return start, nil
	}
}

// bounded is a file of which only some bytes may be read.
type bounded struct {
	io.ReaderAt
	left int
}

func (b *bounded) ReadAt(p []byte, offset int64) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, fmt.Errorf("the directory is longer than its %d bytes", maxDirectory)
	}
	return b.ReaderAt.ReadAt(p, offset)
}

// damaged is the error of a part that package zip cannot read, in words for who knows only the file.
func damaged(part string, err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("it ends too early")
	case errors.Is(err, zip.ErrChecksum):
		err = errors.New("its CRC-32 is wrong")
	case errors.Is(err, zip.ErrFormat):
		err = errors.New("wrong signature or size")
	}
	return fmt.Errorf("%s is damaged: %w", part, err)
}

// openMembers lists the members by name, once it is clear that none is outside of the archive or in another one.
func openMembers(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	end, err := directory(r, size)
	if err != nil {
		return nil, err
	}
	source := &bounded{r, 2 * maxDirectory}
	archive, err := zip.NewReader(source, size)
	if err != nil {
		return nil, damaged("the directory of the zip archive", err)
	}
	if len(archive.File) > maxMembers {
		return nil, fmt.Errorf("a zip archive of %d members, want at most %d", len(archive.File), maxMembers)
	}
	source.left = math.MaxInt
	members := map[string]*zip.File{}
	type span struct {
		name       string
		start, end int64
	}
	var spans []span
	for _, f := range archive.File {
		if members[f.Name] != nil {
			return nil, fmt.Errorf("two members of the zip archive are named %s", text.Brief(f.Name))
		}
		if err := checkMember(f, size); err != nil {
			return nil, fmt.Errorf("%s: %w", text.Brief(f.Name), err)
		}
		start, err := f.DataOffset()
		if err != nil {
			return nil, damaged(text.Brief(f.Name), err)
		}
		const header = 30 // bytes before a member's name
		spans = append(spans, span{f.Name, start - int64(header+len(f.Name)), start + int64(f.CompressedSize64)})
		members[f.Name] = f
	}
	slices.SortFunc(spans, func(a, b span) int { return int(min(1, max(-1, a.start-b.start))) })
	for i, s := range spans {
		next := span{"the directory", end, end}
		if i+1 < len(spans) {
			next = spans[i+1]
		}
		if s.end > next.start {
			return nil, fmt.Errorf("%s overlaps %s in the zip archive", text.Brief(s.name), text.Brief(next.name))
		}
	}
	return members, nil
}

// checkMember checks what the archive's directory says of a member.
func checkMember(f *zip.File, size int64) error {
	const encrypted = 1
	switch {
	case !fs.ValidPath(strings.TrimSuffix(f.Name, "/")) || strings.Contains(f.Name, `\`):
		return errors.New("not a path within the zip archive")
	case f.Flags&encrypted != 0:
		return errors.New("it is encrypted: not supported")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fmt.Errorf("it is compressed by method %d, want 0 (stored) or 8 (deflated)", f.Method)
	case f.CompressedSize64 > uint64(size):
		return fmt.Errorf("%d bytes in a zip archive of %d bytes", f.CompressedSize64, size)
	case f.Method == zip.Store && f.CompressedSize64 != f.UncompressedSize64:
		return fmt.Errorf("%d bytes stored for %d", f.CompressedSize64, f.UncompressedSize64)
	}
	return nil
}

// readMember reads a member of at most that many bytes.
func readMember(members map[string]*zip.File, name string, most uint64) ([]byte, error) {
	f := members[name]
	if f == nil {
		return nil, fmt.Errorf("no %s in the zip archive: not a model that Keras saved", name)
	}
	if f.UncompressedSize64 > most {
		return nil, fmt.Errorf("%s: %d bytes, want at most %d", name, f.UncompressedSize64, most)
	}
	b := make([]byte, 0, f.UncompressedSize64)
	err := copyMember(f, func(piece []byte) { b = append(b, piece...) })
	return b, err
}

// copyMember passes on the content of a member in pieces, and checks its CRC-32.
func copyMember(f *zip.File, to func(piece []byte)) error {
	content, err := f.Open()
	if err != nil {
		return damaged(text.Brief(f.Name), err)
	}
	piece := make([]byte, 1<<15)
	for {
		n, err := content.Read(piece)
		to(piece[:n])
		if errors.Is(err, io.EOF) {
			return content.Close()
		}
		if err != nil {
			return damaged(text.Brief(f.Name), err)
		}
	}
}

// openWeights checks model.weights.h5, and opens it where it is stored or, if it is deflated, in memory. sum is the
// SHA-256 of the configuration and of it.
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

// trainingOf is the compile_config of config.json in the form of training_config, "" if there is none.
func trainingOf(config []byte) (string, error) {
	var model struct {
		Compile json.RawMessage `json:"compile_config"`
	}
	if err := json.Unmarshal(config, &model); err != nil {
		return "", fmt.Errorf("not Keras' JSON: %w", plain(err))
	}
	if len(model.Compile) == 0 || isNull(model.Compile) {
		return "", nil
	}
	if n := len(model.Compile); n > maxCompile {
		return "", fmt.Errorf("compile_config: %d bytes, want at most %d", n, maxCompile)
	}
	var training map[string]any
	numbers := json.NewDecoder(bytes.NewReader(model.Compile))
	numbers.UseNumber() // keeps their digits
	if err := numbers.Decode(&training); err != nil {
		return "", fmt.Errorf("compile_config: %w", plain(err))
	}
	if len(training) == 0 { // as Keras 3 writes of a model that was not compiled
		return "", nil
	}
	switch optimizer := training["optimizer"].(type) {
	case nil:
	case string:
		training["optimizer_config"] = namedOptimizer(optimizer)
	default:
		training["optimizer_config"] = optimizer
	}
	delete(training, "optimizer")
	b, err := json.Marshal(functionNames(training))
	return string(b), err
}

// namedOptimizer is the optimizer of which Keras 2 keeps the name only, as in compile("adam"), with Keras' learning
// rate.
func namedOptimizer(name string) description {
	config := map[string]any{"learning_rate": 0.001}
	for _, class := range []string{"SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Nadam"} {
		if strings.EqualFold(class, name) {
			name = class
		}
	}
	if name == "SGD" {
		config["learning_rate"] = 0.01
	}
	return description{name, config}
}

// functionNames replaces the objects by which Keras 3 describes its own functions, as a loss may be, by their names.
func functionNames(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if name, ok := v["config"].(string); ok && v["class_name"] == "function" {
			return name
		}
		for key, inner := range v {
			v[key] = functionNames(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = functionNames(inner)
		}
	}
	return value
}
