// Package netfile reads and writes the nets of -load and -save. The ending of a file's name says its form: .onnx is that
// of package onnx, any other one of Keras' two. It also says whether the net of a file is one for a program.
package netfile

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
)

func isONNX(path string) bool { return strings.EqualFold(filepath.Ext(path), ".onnx") }

// Load reads the net of a file as it is there. own is the net of the program, or nil; c has what the file lacks. A seed
// that is not nil replaces the file's.
func Load(path string, own *model.Net, c model.Config, seed *uint32) (*model.Net, error) {
	if isONNX(path) {
		return onnx.LoadWith(path, c)
	}
	return keras.LoadInto(own, path, c, func(_ *model.Net, state *model.State) error {
		if seed != nil {
			state.Seed = *seed
		}
		return nil
	})
}

// Save writes the net, and into an .onnx file the program that trained it.
func Save(path string, net *model.Net, program string) error {
	if isONNX(path) {
		return onnx.Save(path, net, program)
	}
	return keras.Save(path, net)
}

// CheckSave is an error if a file of that name cannot have such a net.
func CheckSave(path string, net *model.Net) error {
	if isONNX(path) {
		return onnx.Check(net)
	}
	return nil
}

// Fits is an error if the net does not have as many inputs and outputs as the program's own, or cannot take the data.
func Fits(net, own *model.Net, data dataset.Data) error {
	if err := SameEnds(net, own.InputShape(), own.OutputShape()); err != nil {
		return err
	}
	return net.Accepts(data)
}

// SameEnds is an error if the net has another number of inputs, or other outputs.
func SameEnds(net *model.Net, input, output []int) error {
	if got := net.InputShape(); tensor.Shape(got).TotalSize() != tensor.Shape(input).TotalSize() {
		return fmt.Errorf("its inputs have the shape %v, want %v", got, input)
	}
	if got := net.OutputShape(); !slices.Equal(got, output) {
		return fmt.Errorf("its outputs have the shape %v, want %v", got, output)
	}
	return nil
}
