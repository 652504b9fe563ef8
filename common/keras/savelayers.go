package keras

import (
	"encoding/json"
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// layerObject is how Keras writes the layer. What both Keras 2.15 and Keras 3 read is the form of the
// former, with the dtype as a plain name.
func layerObject(l model.Layer, dtype tensor.Dtype) (object, error) {
	o := map[string]any{"name": l.Name, "trainable": true, "dtype": dtype.Name()}
	class := l.Kind()
	var err error
	switch l := l.Layer.(type) {
	case layer.Dense:
		o["units"] = l.Units
		err = sumSettings(o, l.Activation, l.NoBias, l.KernelInitializer, l.BiasInitializer)
	case layer.Conv2D:
		o["filters"], o["kernel_size"], o["strides"] = l.Filters, pair(l.Kernel), pair(orOne(l.Stride))
		o["padding"], o["data_format"], o["dilation_rate"], o["groups"] = l.Padding.String(), "channels_last", pair(layer.Square(1)), 1
		err = sumSettings(o, l.Activation, l.NoBias, l.KernelInitializer, l.BiasInitializer)
	case layer.MaxPool2D:
		pool := l.Pool
		if pool == (layer.Size{}) {
			pool = layer.Square(2)
		}
		stride := l.Stride
		if stride == (layer.Size{}) {
			stride = pool
		}
		o["pool_size"], o["strides"], o["padding"], o["data_format"] = pair(pool), pair(stride), l.Padding.String(), "channels_last"
	case layer.Dropout:
		o["rate"], o["noise_shape"], o["seed"] = float(l.Rate), nil, nil
	case layer.Flatten:
		o["data_format"] = "channels_last"
	default:
		err = fmt.Errorf("a %T, want one of package layer", l)
	}
	if err != nil {
		return object{}, err
	}
	config, err := marshal(o)
	return object{class, config}, err
}

func pair(s layer.Size) [2]int { return [2]int{s.Height, s.Width} }

func orOne(s layer.Size) layer.Size {
	if s == (layer.Size{}) {
		return layer.Square(1)
	}
	return s
}

func sumSettings(o map[string]any, activation layer.Activation, noBias bool, kernelInit, biasInit layer.Initializer) error {
	o["activation"], o["use_bias"] = activation.String(), !noBias
	for _, none := range []string{"kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"} {
		o[none] = nil
	}
	var err error
	if o["kernel_initializer"], err = initializerObject(kernelInit, layer.GlorotUniform{}); err != nil {
		return fmt.Errorf("kernel_initializer: %w", err)
	}
	if o["bias_initializer"], err = initializerObject(biasInit, layer.Zeros{}); err != nil {
		return fmt.Errorf("bias_initializer: %w", err)
	}
	return nil
}

// marshal turns values into settings.
func marshal(o map[string]any) (settings, error) {
	s := settings{}
	for name, value := range o {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s[name] = text
	}
	return s, nil
}
