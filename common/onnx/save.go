package onnx

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

const producer = "gorgonia-lectures"

// Keys of the metadata that Save writes. The digest is the SHA-256 of the GraphProto's bytes, by which Load detects
// damage, unless the graph has another size: other programs that infer shapes, convert or quantize keep these keys.
const (
	programKey = "program"
	seedKey    = "seed"
	epochsKey  = "epochs"
	digestKey  = "gorgonia_lectures_sha256"
	sizeKey    = "gorgonia_lectures_bytes"
)

// Save writes the layers and weights of the net to path, as an .onnx file of IR version 8 and operator set 17. It
// replaces an earlier file once all of the new one is on disk. The same net gives the same bytes.
//
// The input is named input and has shape (batch, input shape...) as in the net, with a dynamic batch size; the output
// is named output. All values are float32; those of a float64 net are rounded. program is the name of the program that
// trained the net, for the metadata, which also has the seed and the number of epochs; "" leaves it out.
//
// It is an error if the net is not compiled, if a layer is neither of package layer nor the identity in prediction, if
// a weight is not finite in float32, or if the file would have more than 2 GiB. Then nothing is written.
//
// Save writes the weights without a copy; if a Fit is running, its next step waits until they are written.
func Save(path string, net *model.Net, program string) error {
	var written error
	err := net.View(func(state model.State) error {
		f, err := newFile(net, state.Weights, program)
		if err == nil {
			err = f.checkWeights()
		}
		if err == nil {
			f.seed, f.epochs = state.Seed, state.Epoch
			written = atomicfile.WriteOn(atomicfile.OS{}, path, f.write)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("save %s: %w", text.Brief(path), err)
	}
	return written
}

// Check returns the error that Save would return for the layers or the size of the net. The net need not be compiled,
// so a program can check before it trains.
func Check(net *model.Net) error {
	if err := net.Validate(); err != nil {
		return err
	}
	_, err := newFile(net, make([]*tensor.Dense, len(net.Params())), "")
	return err
}

// file is a ModelProto.
type file struct {
	graph   graphMessage
	program string
	seed    uint32
	epochs  int
}

// newFile is the file of a net with the weights; they may be nil if the file is not written.
func newFile(net *model.Net, weights []*tensor.Dense, program string) (*file, error) {
	g, err := newGraph(net, weights)
	if err != nil {
		return nil, err
	}
	f := &file{graph: g.message(net.InputShape(), net.OutputShape()), program: program}
	return f, checkSize(f.graph.size + int64(len(program)) + 1024) // all other fields are shorter than 1024
}

// checkSize returns an error for a file of more than maxFile.
func checkSize(size int64) error {
	if size > maxFile {
		return fmt.Errorf("the net needs a file of %.1f GiB, want at most 2 GiB, the limit of .onnx files: "+
			"save it as .h5 or .keras", float64(size)/(1<<30))
	}
	return nil
}

// checkWeights returns an error for a weight that is not finite in float32.
func (f *file) checkWeights() error {
	for _, t := range f.graph.initializers {
		for i := range t.floats() {
			if v := t.at(i); v-v != 0 {
				return fmt.Errorf("%s: value %d is %v in float32, want a finite number", t.name, i, v)
			}
		}
	}
	return nil
}

// write writes the file with its fields in the order of their numbers.
func (f *file) write(to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<16)
	head := message(nil).int(modelIRVersion, irVersion).string(modelProducerName, producer).
		start(modelGraph, f.graph.size)
	hash := sha256.New()
	if _, err := w.Write(head); err != nil {
		return err
	}
	if err := f.graph.write(io.MultiWriter(w, hash)); err != nil {
		return err
	}
	tail := message(nil).message(modelOpsetImport, message(nil).string(opsetDomain, "").int(opsetVersion, opset))
	for _, entry := range [][2]string{
		{programKey, f.program},
		{seedKey, strconv.FormatUint(uint64(f.seed), 10)},
		{epochsKey, strconv.Itoa(f.epochs)},
		{digestKey, hex.EncodeToString(hash.Sum(nil))},
		{sizeKey, strconv.FormatInt(f.graph.size, 10)},
	} {
		if entry[1] != "" {
			tail = tail.message(modelMetadata, message(nil).string(entryKey, entry[0]).string(entryValue, entry[1]))
		}
	}
	if _, err := w.Write(tail); err != nil {
		return err
	}
	return w.Flush()
}
