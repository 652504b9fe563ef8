package keras

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
)

// inertClasses are layers that act only in training, or add to the loss: in prediction they are the identity.
var inertClasses = []string{
	"RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomElasticTransform",
	"RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHeight", "RandomHue", "RandomInvert",
	"RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear",
	"RandomTranslation", "RandomWidth", "RandomZoom",
	"AugMix", "CutMix", "MixUp", "RandAugment",
	"ActivityRegularization", "AlphaDropout", "GaussianDropout", "SpatialDropout1D",
}

// resizingClasses are layers that change the size of images in prediction too.
var resizingClasses = []string{"CenterCrop", "RandomCrop", "Resizing"}

// parserOf returns the function that reads the settings of a class.
func parserOf(class string) (parse func(settings) (layer.Layer, error), ok bool) {
	switch {
	case slices.Contains(inertClasses, class):
		return func(s settings) (layer.Layer, error) { return parseInert(class, s), nil }, true
	case slices.Contains(resizingClasses, class):
		return func(s settings) (layer.Layer, error) { return parseResizing(class, s) }, true
	}
	parse, ok = parsers[class]
	return parse, ok
}

// inert is a layer that is the identity in prediction, with its settings in the file, which Save writes again.
type inert struct {
	class    string
	settings map[string]json.RawMessage
	size     layer.Size // the size that images must already have; zero: any
}

// parseInert keeps all settings: none changes a prediction.
func parseInert(class string, s settings) inert {
	kept := map[string]json.RawMessage{}
	for name, value := range s {
		kept[name] = slices.Clone(value)
	}
	clear(s)
	return inert{class: class, settings: kept}
}

// parseResizing reads a layer that changes the size of images. Only images that already have the size are supported.
func parseResizing(class string, s settings) (layer.Layer, error) {
	var size layer.Size
	read := maps.Clone(s)
	err := errors.Join(read.need("height", &size.Height), read.need("width", &size.Width),
		only(read, "data_format", "channels_last"))
	if err == nil && (size.Height < 1 || size.Width < 1) {
		err = fmt.Errorf("height is %d and width %d, want at least 1", size.Height, size.Width)
	}
	if err != nil {
		return nil, first(err)
	}
	i := parseInert(class, s)
	i.size = size
	return i, nil
}

// Kind is Keras' class name.
func (i inert) Kind() string { return i.class }

// OutputShape is that of the input; the error names a size that the layer would change.
func (i inert) OutputShape(input tensor.Shape) (tensor.Shape, error) {
	s := i.size
	if s != (layer.Size{}) && (len(input) != 3 || input[0] != s.Height || input[1] != s.Width) {
		return nil, fmt.Errorf("input %v becomes %v: not supported, except for images that are %v already", input, s, s)
	}
	return input.Clone(), nil
}

// Params is nil: the layer learns nothing.
func (inert) Params(tensor.Shape) []layer.Param { return nil }

// Build adds nothing.
func (inert) Build(_ layer.Context, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
	return x, nil
}

// Trainable returns an error, unless the layer is the identity in training too.
func (i inert) Trainable() error {
	if i.size != (layer.Size{}) {
		return nil
	}
	return errors.New("training with this layer is not supported, predicting and evaluating are")
}
