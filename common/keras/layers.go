package keras

import (
	"errors"
	"fmt"

	"gorgonia-lectures/common/layer"
)

// parsers has, by Keras' class, the functions that read the settings of a layer.
var parsers = map[string]func(settings) (layer.Layer, error){
	"Activation":             parseActivation,
	"AveragePooling2D":       parseAveragePool2D,
	"BatchNormalization":     parseBatchNormalization,
	"Conv2D":                 parseConv2D,
	"Dense":                  parseDense,
	"Dropout":                parseDropout,
	"ELU":                    parseELU,
	"Flatten":                parseFlatten,
	"GaussianNoise":          parseGaussianNoise,
	"GlobalAveragePooling2D": parseGlobalAveragePool2D,
	"GlobalMaxPooling2D":     parseGlobalMaxPool2D,
	"Identity":               func(settings) (layer.Layer, error) { return layer.ActivationLayer{}, nil },
	"InputLayer":             func(settings) (layer.Layer, error) { return nil, nil },
	"LeakyReLU":              parseLeakyReLU,
	"MaxPooling2D":           parseMaxPool2D,
	"Normalization":          parseNormalization,
	"ReLU":                   parseReLU,
	"Rescaling":              parseRescaling,
	"Reshape":                parseReshape,
	"Softmax":                parseSoftmax,
	"SpatialDropout2D":       parseSpatialDropout2D,
	"ZeroPadding2D":          parseZeroPadding2D,
}

func parseDense(s settings) (layer.Layer, error) {
	var d layer.Dense
	err := errors.Join(s.need("units", &d.Units),
		parseSum(s, &d.Activation, &d.NoBias, &d.KernelInitializer, &d.BiasInitializer),
		parseRegularizer(s, "kernel_regularizer", &d.KernelRegularizer),
		parseRegularizer(s, "bias_regularizer", &d.BiasRegularizer))
	return d, first(err)
}

func parseConv2D(s settings) (layer.Layer, error) {
	var c layer.Conv2D
	err := errors.Join(s.need("filters", &c.Filters),
		parseSize(s, "kernel_size", &c.Kernel), parseSize(s, "strides", &c.Stride), parseSize(s, "dilation_rate", nil),
		only(s, "groups", 1), parseImage(s, &c.Padding),
		parseSum(s, &c.Activation, &c.NoBias, &c.KernelInitializer, &c.BiasInitializer),
		parseRegularizer(s, "kernel_regularizer", &c.KernelRegularizer),
		parseRegularizer(s, "bias_regularizer", &c.BiasRegularizer))
	return c, first(err)
}

func parseMaxPool2D(s settings) (layer.Layer, error) {
	var m layer.MaxPool2D
	err := errors.Join(parseSize(s, "pool_size", &m.Pool), parseSize(s, "strides", &m.Stride), parseImage(s, &m.Padding))
	return m, first(err)
}

func parseDropout(s settings) (layer.Layer, error) {
	var d layer.Dropout
	return d, s.need("rate", &d.Rate)
}

func parseFlatten(s settings) (layer.Layer, error) {
	return layer.Flatten{}, only(s, "data_format", "channels_last")
}

// parseImage reads the common settings of convolution and pooling.
func parseImage(s settings, padding *layer.Padding) error {
	if err := only(s, "data_format", "channels_last"); err != nil {
		return err
	}
	text := s["padding"]
	var name string
	if ok, err := s.decode("padding", &name); err != nil || !ok {
		return err
	}
	for _, *padding = range []layer.Padding{layer.Valid, layer.Same} {
		if name == padding.String() {
			return nil
		}
	}
	return fmt.Errorf("padding is %s, want %v or %v", brief(text), layer.Valid, layer.Same)
}

// parseSize reads a height and a width, or one number for both. If to is nil, they must be 1.
func parseSize(s settings, name string, to *layer.Size) error {
	text := s[name]
	var sizes []int
	if len(text) > 0 && text[0] != '[' {
		var n int
		if ok, err := s.decode(name, &n); err != nil || !ok {
			return err
		}
		sizes = []int{n, n}
	} else if ok, err := s.decode(name, &sizes); err != nil || !ok {
		return err
	}
	if len(sizes) != 2 || sizes[0] < 1 || sizes[1] < 1 {
		return fmt.Errorf("%s is %s, want a height and a width of at least 1", name, brief(text))
	}
	if to == nil {
		if sizes[0] != 1 || sizes[1] != 1 {
			return fmt.Errorf("%s is %s, want 1", name, brief(text))
		}
		return nil
	}
	*to = layer.Size{Height: sizes[0], Width: sizes[1]}
	return nil
}

// parseSum reads the common settings of Dense and Conv2D.
func parseSum(s settings, activation *layer.Activation, noBias *bool, kernelInit, biasInit *layer.Initializer) error {
	bias := true
	if _, err := s.decode("use_bias", &bias); err != nil {
		return err
	}
	*noBias = !bias
	var err error
	if *kernelInit, err = parseInitializer(s, "kernel_initializer", "GlorotUniform"); err != nil {
		return err
	}
	if *biasInit, err = parseInitializer(s, "bias_initializer", "Zeros"); err != nil {
		return err
	}
	*activation, err = readActivation(s)
	return err
}

// first returns the first of joined errors, so that a message has one line.
func first(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return first(joined.Unwrap()[0])
	}
	return err
}
