package keras

import (
	"cmp"
	"fmt"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// layerObject is the JSON of the layer in the form of Keras 2.15, with the dtype as a plain name, which Keras 3 reads
// too.
func layerObject(l model.Layer, dtype tensor.Dtype) (description, error) {
	kept, frozen := wrappers(l.Layer)
	o := map[string]any{"name": l.Name, "trainable": !frozen, "dtype": dtype.Name()}
	var err error
	switch l := layer.Unwrap(l.Layer).(type) {
	case layer.Dense:
		o["units"] = l.Units
		err = sumSettings(o, l.Activation, l.NoBias, l.KernelInitializer, l.BiasInitializer)
		o["kernel_regularizer"] = regularizerObject(l.KernelRegularizer)
		o["bias_regularizer"] = regularizerObject(l.BiasRegularizer)
	case layer.Conv2D:
		o["filters"], o["kernel_size"], o["strides"] = l.Filters, pair(l.Kernel), pair(cmp.Or(l.Stride, layer.Square(1)))
		o["padding"], o["data_format"] = l.Padding.String(), "channels_last"
		o["dilation_rate"], o["groups"] = pair(layer.Square(1)), 1
		err = sumSettings(o, l.Activation, l.NoBias, l.KernelInitializer, l.BiasInitializer)
		o["kernel_regularizer"] = regularizerObject(l.KernelRegularizer)
		o["bias_regularizer"] = regularizerObject(l.BiasRegularizer)
	case layer.BatchNormalization:
		err = normalizationSettings(o, l)
	case layer.Normalization:
		standardizationSettings(o, l)
	case layer.MaxPool2D:
		poolSettings(o, l)
	case layer.AveragePool2D:
		poolSettings(o, layer.MaxPool2D(l))
	case layer.GlobalAveragePool2D:
		o["data_format"], o["keepdims"] = "channels_last", l.KeepDims
	case layer.GlobalMaxPool2D:
		o["data_format"], o["keepdims"] = "channels_last", l.KeepDims
	case layer.Dropout:
		o["rate"], o["noise_shape"], o["seed"] = float(l.Rate), nil, nil
	case layer.Flatten:
		o["data_format"] = "channels_last"
	case layer.ActivationLayer:
		o["activation"] = l.Activation.String()
	case layer.ReLULayer:
		o["max_value"], o["negative_slope"], o["threshold"] = nil, float(l.NegativeSlope), float(l.Threshold)
		if l.MaxValue > 0 {
			o["max_value"] = float(l.MaxValue)
		}
	case layer.LeakyReLULayer:
		o["alpha"] = float(cmp.Or(l.NegativeSlope, 0.3)) // Keras 3 reads it too
	case layer.ELULayer:
		o["alpha"] = float(cmp.Or(l.Alpha, 1))
	case layer.SoftmaxLayer:
		o["axis"] = -1
	case layer.Rescaling:
		o["scale"], o["offset"] = float(l.Scale), float(l.Offset)
	case layer.Reshape:
		o["target_shape"] = l.Target
	case layer.ZeroPadding2D:
		z := cmp.Or(l, layer.ZeroPadding2D{Top: 1, Bottom: 1, Left: 1, Right: 1})
		o["padding"], o["data_format"] = [2][2]int{{z.Top, z.Bottom}, {z.Left, z.Right}}, "channels_last"
	case layer.SpatialDropout2D:
		o["rate"], o["seed"], o["data_format"] = float(l.Rate), nil, "channels_last"
		delete(o, "trainable") // Keras 3 does not know it here
	case inert:
		for name, value := range l.settings {
			o[name] = value
		}
		if l.class == "SpatialDropout1D" {
			delete(o, "trainable") // as of SpatialDropout2D
		}
	case layer.GaussianNoise:
		o["stddev"], o["seed"] = float(l.Stddev), nil
	default:
		err = fmt.Errorf("a %T, want one of package layer", l)
	}
	for name, value := range kept {
		o[name] = value
	}
	return description{l.Kind(), o}, err
}

// poolSettings adds the settings of a pooling layer.
func poolSettings(o map[string]any, l layer.MaxPool2D) {
	pool := cmp.Or(l.Pool, layer.Square(2))
	o["pool_size"], o["strides"] = pair(pool), pair(cmp.Or(l.Stride, pool))
	o["padding"], o["data_format"] = l.Padding.String(), "channels_last"
}

func pair(s layer.Size) [2]int { return [2]int{s.Height, s.Width} }

// sumSettings adds the settings that Dense and Conv2D share.
func sumSettings(o map[string]any, activation layer.Activation, noBias bool,
	kernelInit, biasInit layer.Initializer) error {
	o["activation"], o["use_bias"] = activation.String(), !noBias
	for _, none := range []string{"activity_regularizer", "kernel_constraint", "bias_constraint"} {
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
