package onnx

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
)

const producer = "gorgonia-lectures"

// Keys of the metadata of our files. The digest is the SHA-256 of the bytes of the GraphProto: damage to a weight is
// found by it. Other programs ignore all of them.
const (
	programKey = "program"
	seedKey    = "seed"
	epochsKey  = "epochs"
	digestKey  = "gorgonia_lectures_sha256"
)

// mostBytes is the size of a protocol buffer at most: its programs count in int32.
const mostBytes = math.MaxInt32

// Save writes what the net predicts with, as an .onnx file of IR version 8 and operator set 17. It replaces a file of
// that name once all is on disk. The same net gives the same bytes.
//
// The input is called input, (batch, input shape...) as the net has it, of any batch; the output is called output. All
// numbers are float32; those of a float64 net are rounded. program is the name of the program that trained the net, for
// the metadata beside the seed and the number of epochs; "" is none.
//
// The net must be compiled, all of its layers must be of package layer or do nothing in prediction, and its weights
// must be finite in float32. A file of more than 2 GiB is an error, before anything is written.
//
// The numbers go from the net to the file without a copy; a Fit's next step waits for that.
func Save(path string, net *model.Net, program string) error {
	var written error
	err := net.View(func(state model.State) error {
		f, err := newFile(net, state.Weights, program)
		if err == nil {
			err = f.checkNumbers()
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

// Check is the error that Save would give for the layers of the net, or for its size, before it is trained. The net
// need not be compiled.
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

// newFile is the file of a net with the weights, which may be nil unless it is written.
func newFile(net *model.Net, weights []*tensor.Dense, program string) (*file, error) {
	g, err := newGraph(net, weights)
	if err != nil {
		return nil, err
	}
	f := &file{graph: g.message(net.InputShape(), net.OutputShape()), program: program}
	return f, checkSize(f.graph.size + int64(len(program)) + 1024) // the rest is shorter
}

// checkSize is an error for a file of more bytes than a protocol buffer has.
func checkSize(size int64) error {
	if size > mostBytes {
		return fmt.Errorf("the net takes %.1f GiB, want at most 2 GiB, which is the most that an .onnx file has: "+
			"save it as .h5 or .keras", float64(size)/(1<<30))
	}
	return nil
}

// checkNumbers is an error for a weight that is not finite in float32.
func (f *file) checkNumbers() error {
	for _, t := range f.graph.initializers {
		for i := range t.floats() {
			if v := t.at(i); v-v != 0 {
				return fmt.Errorf("%s: value %d is %v in float32, want finite numbers", t.name, i, v)
			}
		}
	}
	return nil
}

// write writes the file, its fields in the order of their numbers.
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
