package show

import (
	"testing"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

func TestSummaryOfTheLecturesCNN(t *testing.T) {
	net := model.Sequential(model.Input(28, 28, 1),
		layer.Conv2D{Filters: 32, Kernel: layer.Square(5), Padding: layer.Same, Activation: layer.ReLU},
		layer.MaxPool2D{},
		layer.Conv2D{Filters: 64, Kernel: layer.Square(2), Padding: layer.Same, Activation: layer.ReLU},
		layer.MaxPool2D{}, layer.Dropout{Rate: 0.25}, layer.Flatten{},
		layer.Dense{Units: 1000, Activation: layer.ReLU}, layer.Dense{Units: 10, Activation: layer.Softmax})
	if net.ParamCount() != 3156098 {
		t.Errorf("%d parameters, want 3156098", net.ParamCount())
	}
	const want = `Layer                            Output shape         Parameters
conv2d (Conv2D)                  (None, 28, 28, 32)   832
max_pooling2d (MaxPooling2D)     (None, 14, 14, 32)   0
conv2d_1 (Conv2D)                (None, 14, 14, 64)   8,256
max_pooling2d_1 (MaxPooling2D)   (None, 7, 7, 64)     0
dropout (Dropout)                (None, 7, 7, 64)     0
flatten (Flatten)                (None, 3136)         0
dense (Dense)                    (None, 1000)         3,137,000
dense_1 (Dense)                  (None, 10)           10,010
Parameters: 3,156,098
`
	if got := Summary(net); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Keras prints these numbers for the same layers.
func TestSummaryOfFrozenLayers(t *testing.T) {
	const want = `Layer                                               Output shape      Parameters
conv2d (Conv2D)                                     (None, 8, 8, 4)   36
batch_normalization (BatchNormalization)            (None, 8, 8, 4)   16
average_pooling2d (AveragePooling2D)                (None, 4, 4, 4)   0
conv2d_1 (Conv2D)                                   (None, 3, 3, 6)   102
batch_normalization_1 (BatchNormalization)          (None, 3, 3, 6)   24
global_average_pooling2d (GlobalAveragePooling2D)   (None, 6)         0
dense (Dense)                                       (None, 8)         56
batch_normalization_2 (BatchNormalization)          (None, 8)         24
dense_1 (Dense)                                     (None, 3)         27
Parameters: 285
Trainable parameters: 135
Non-trainable parameters: 150
`
	if got := Summary(nets.Normalized()); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// A net that does not compile has a summary up to the layer that does not fit.
func TestSummaryOfANetThatDoesNotFit(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Frozen{Layer: layer.Dense{Units: 3}}, layer.MaxPool2D{},
		layer.Dense{Units: 1})
	const want = `Layer           Output shape   Parameters
dense (Dense)   (None, 3)      9
max_pooling2d   does not fit   
Parameters: 9
Trainable parameters: 0
Non-trainable parameters: 9
`
	if got := Summary(net); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
