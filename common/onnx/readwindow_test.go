package onnx

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// Windows become layers with the same padding, on images of 7x6 pixels.
func TestWindows(t *testing.T) {
	ints := func(name string, v ...int) attribute { return attribute{name, v} }
	shape, strides := ints("kernel_shape", 2, 3), ints("strides", 2, 2)
	same, valid := layer.Same, layer.Valid
	for _, c := range []struct {
		name       string
		op         string
		attributes []attribute
		relu       bool // before the window
		layers     []layer.Layer
	}{
		{"no pads", "MaxPool", []attribute{shape}, false,
			[]layer.Layer{layer.MaxPool2D{Pool: layer.Size{Height: 2, Width: 3}, Stride: layer.Square(1)}}},
		{"same", "MaxPool", []attribute{shape, strides, ints("pads", 0, 0, 1, 1)}, false,
			[]layer.Layer{layer.MaxPool2D{Pool: layer.Size{Height: 2, Width: 3}, Stride: layer.Square(2), Padding: same}}},
		{"pads that no window reaches", "MaxPool", []attribute{ints("kernel_shape", 3, 2), strides, ints("pads", 0, 0, 1, 1)},
			false, []layer.Layer{layer.MaxPool2D{Pool: layer.Size{Height: 3, Width: 2}, Stride: layer.Square(2)}}},
		{"rounded up", "MaxPool", []attribute{ints("kernel_shape", 2, 2), strides, {"ceil_mode", 1}}, false,
			[]layer.Layer{layer.MaxPool2D{Pool: layer.Square(2), Stride: layer.Square(2), Padding: same}}},
		{"frame", "MaxPool", []attribute{ints("kernel_shape", 3, 3), strides, ints("pads", 1, 1, 1, 1)}, true,
			[]layer.Layer{layer.ActivationLayer{Activation: layer.ReLU}, layer.ZeroPadding2D{Top: 1, Bottom: 1, Left: 1},
				layer.MaxPool2D{Pool: layer.Square(3), Stride: layer.Square(2)}}},
		{"mean", "AveragePool", []attribute{shape, ints("pads", 0, 1, 1, 1)}, false,
			[]layer.Layer{layer.AveragePool2D{Pool: layer.Size{Height: 2, Width: 3}, Stride: layer.Square(1), Padding: same}}},
		{"mean with pads", "AveragePool", []attribute{shape, ints("pads", 0, 1, 1, 1), {"count_include_pad", 1}}, false,
			[]layer.Layer{layer.ZeroPadding2D{Bottom: 1, Left: 1, Right: 1},
				layer.AveragePool2D{Pool: layer.Size{Height: 2, Width: 3}, Stride: layer.Square(1), Padding: valid}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodes := []node{{op: c.op, attributes: c.attributes}}
			if c.relu {
				nodes = append([]node{{op: "Relu"}}, nodes...)
			}
			net, err := try(fileOf(graphOf(t, []int{1, 7, 6}, nil, nodes...), 17))
			if err != nil {
				t.Fatal(err)
			}
			var got []layer.Layer
			for _, l := range net.Layers() {
				if _, moved := l.Layer.(layer.Reshape); !moved {
					got = append(got, l.Layer)
				}
			}
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.layers) {
				t.Errorf("layers %+v, want %+v", got, c.layers)
			}
		})
	}
}

// auto_pad gives the same net as the pads that it stands for.
func TestAutoPad(t *testing.T) {
	kernel := ofAll("w", 1, 2, 1, 2, 4)
	for auto, pads := range map[string][]int{"SAME_UPPER": {0, 1, 1, 2}, "SAME_LOWER": {1, 2, 0, 1}, "VALID": {0, 0, 0, 0}} {
		g := graphOf(t, []int{1, 7, 6}, []initializer{kernel}, node{op: "Conv", inputs: []string{"w"},
			attributes: []attribute{{"pads", pads}}})
		want, err := try(fileOf(g, 17))
		if err != nil {
			t.Fatal(err)
		}
		word := message(nil).string(attributeName, "auto_pad").string(attributeString, auto).int(attributeType, typeString)
		n := message(nil).string(nodeInput, "x").string(nodeInput, "w").string(nodeOutput, "y").string(nodeOpType, "Conv").
			message(nodeAttribute, word)
		head, _ := kernel.head()
		g = append(message(nil).message(graphNode, n), head...)
		for range kernel.size() {
			g = append(g, 0, 0, 0x80, 0x3f)
		}
		g = g.message(graphInput, valueInfo("x", []int{1, 7, 6})).message(graphOutput, valueInfo("y", nil))
		got, err := try(fileOf(g, 17))
		if err != nil {
			t.Fatal(err)
		}
		if show.Summary(got) != show.Summary(want) {
			t.Errorf("%s: %s, want %s", auto, show.Summary(got), show.Summary(want))
		}
	}
}

// A file that is too large is refused before it is read.
func TestLargeFile(t *testing.T) {
	before := hostile.Allocated()
	_, err := load(nil, maxFile+1, nil, model.Config{})
	wording.Check(t, err, "2147483648 bytes", "2147483647")
	if used := hostile.Allocated() - before; used > 1<<20 {
		t.Errorf("%d bytes of memory", used)
	}
}
