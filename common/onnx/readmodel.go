package onnx

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	files "gorgonia-lectures/common/internal/file"
)

// minOpset and maxOpset bound the operator set of a file: those of ONNX 1.8 to 1.23. The supported operators have one
// meaning in all of them; some settings are attributes in the older ones and inputs in the newer ones.
const minOpset, maxOpset = 13, 28

// content is the graph of a file.
type content struct {
	nodes           []*operation
	tensors         []*constant
	inputs, outputs []info
}

// readFile reads the graph of a file of size bytes, without the values of its tensors, which may be in other files of
// the folder.
func readFile(f io.ReaderAt, size int64, d *folder) (*content, error) {
	if size > maxFile {
		return nil, fmt.Errorf("%d bytes, want at most %d, the largest protocol buffer message", size, maxFile)
	}
	g := new(content)
	opsets := map[string]int64{}
	var graph span
	graphs, notes := 0, map[string]string{}
	whole := span{&source{file: f, folder: d}, 0, size}
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
			if domain == "ai.onnx" { // a synonym
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
			return readNote(f, notes)
		}
		return nil
	})
	if err != nil || graphs == 0 || version < 1 {
		return nil, notONNX(f, size, err)
	}
	if v := opsets[""]; v < minOpset || v > maxOpset {
		return nil, fmt.Errorf("operator set %d, want %d to %d: export the model with opset_version=%d",
			v, minOpset, maxOpset, opset)
	}
	digest, ok := notes[digestKey]
	if size, sized := notes[sizeKey]; ok && (!sized || size == strconv.FormatInt(graph.size(), 10)) {
		err = graph.verify(digest)
	}
	return g, err
}

// readNote reads an entry of the metadata into to, if it is the digest or the size that Save writes.
func readNote(f field, to map[string]string) error {
	var key string
	return f.each(func(f field) error {
		switch {
		case f.number == entryKey && f.size() <= maxText:
			return f.text(&key)
		case f.number == entryValue && (key == digestKey || key == sizeKey):
			var text string
			err := f.text(&text)
			to[key] = text
			return err
		}
		return nil
	})
}

// verify returns an error unless digest is the SHA-256 of the span, in hexadecimal.
func (s span) verify(digest string) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(s.source.file, s.at, s.size())); err != nil {
		return err
	}
	if hex.EncodeToString(hash.Sum(nil)) != digest {
		return fmt.Errorf("wrong SHA-256 of the graph: the file is damaged; "+
			"if another program has changed its values, remove %s from its metadata", digestKey)
	}
	return nil
}

// notONNX is the error for a file that has no model, or in which reading failed with err. It names the format that the
// file seems to have.
func notONNX(f io.ReaderAt, size int64, err error) error {
	if size == 0 {
		return errors.New("an empty file")
	}
	begin := make([]byte, min(size, 64))
	if _, failed := f.ReadAt(begin, 0); failed != nil && failed != io.EOF {
		return failed
	}
	kind := files.Kind(begin)
	if kind == files.ONNX {
		kind = ""
	}
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
