package onnx

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	files "gorgonia-lectures/common/internal/file"
)

// leastOpset and mostOpset bound the operator set of a file: the operators that are taken mean the same in all of them,
// those of ONNX 1.8 to 1.23, but for where their settings are.
const leastOpset, mostOpset = 13, 28

// content is what a file has.
type content struct {
	nodes           []*operation
	tensors         []*constant
	inputs, outputs []info
}

// readFile reads the graph of a file, without the numbers of its tensors.
func readFile(f io.ReaderAt, size int64) (*content, error) {
	if size > maxFile {
		return nil, fmt.Errorf("%d bytes, want at most %d, as protocol buffers have", size, maxFile)
	}
	g := new(content)
	opsets := map[string]int64{}
	var graph span
	graphs, digest := 0, ""
	whole := span{&source{file: f}, 0, size}
	var version int64
	err := whole.each(func(f field) error {
		switch f.number {
		case modelIRVersion:
			return f.integer(&version)
		case modelOpsetImport:
			var domain string
			var v int64
			err := f.each(func(f field) error {
				switch f.number {
				case opsetDomain:
					return f.text(&domain)
				case opsetVersion:
					return f.integer(&v)
				}
				return nil
			})
			if domain == "ai.onnx" { // another name of the same
				domain = ""
			}
			opsets[domain] = v
			return err
		case modelGraph:
			if graphs++; graphs > 1 {
				return errors.New("two graphs, want one")
			}
			graph = f.span
			return g.read(f)
		case modelMetadata:
			return readDigest(f, &digest)
		}
		return nil
	})
	if err != nil || graphs == 0 || version < 1 {
		return nil, notONNX(f, size, err)
	}
	if v := opsets[""]; v < leastOpset || v > mostOpset {
		return nil, fmt.Errorf("operator set %d, want %d to %d: export the model with opset_version=%d",
			v, leastOpset, mostOpset, opset)
	}
	if digest != "" {
		err = graph.verify(digest)
	}
	return g, err
}

// readDigest reads an entry of the metadata, if it is the digest of a file of ours.
func readDigest(f field, to *string) error {
	var key string
	return f.each(func(f field) error {
		switch {
		case f.number == entryKey && f.size() <= maxText:
			return f.text(&key)
		case f.number == entryValue && key == digestKey:
			return f.text(to)
		}
		return nil
	})
}

// verify is an error unless the span has the SHA-256.
func (s span) verify(digest string) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(s.source.file, s.at, s.size())); err != nil {
		return err
	}
	if hex.EncodeToString(hash.Sum(nil)) != digest {
		return fmt.Errorf("the graph is not the one that was saved: the file is damaged; "+
			"if another program has changed it, remove %s from its metadata", digestKey)
	}
	return nil
}

// notONNX says what a file seems to be that has no model, or in which err is.
func notONNX(f io.ReaderAt, size int64, err error) error {
	begin := make([]byte, min(size, 64))
	if _, failed := f.ReadAt(begin, 0); failed != nil && failed != io.EOF {
		return failed
	}
	kind := files.Kind(begin)
	if strings.HasPrefix(string(begin), "\x89HDF") {
		kind = "an HDF5 file, as Keras saves one: name it .h5"
	}
	switch _, ok := errors.AsType[damage](err); {
	case kind != "" && (ok || err == nil):
		return fmt.Errorf("not an ONNX model but %s", kind)
	case ok:
		return fmt.Errorf("not an ONNX model, or damaged: %w", err)
	case err != nil:
		return err
	}
	return errors.New("not an ONNX model: it has no graph, or no IR version")
}
