package layer

import "slices"

// LinearOutput reports whether no activation follows the sums of a net's last Dense or Conv2D, so that its output may
// be logits. Of the layers after these it knows those that activate nothing; for any other the answer is no.
func LinearOutput(layers []Layer) bool {
	for _, l := range slices.Backward(layers) {
		switch l := Unwrap(l).(type) {
		case Dense:
			return l.Activation == Linear
		case Conv2D:
			return l.Activation == Linear
		case ActivationLayer:
			if l.Activation != Linear {
				return false
			}
		case Flatten, Reshape, Dropout, BatchNormalization, Rescaling,
			MaxPool2D, AveragePool2D, GlobalMaxPool2D, GlobalAveragePool2D:
		default:
			return false
		}
	}
	return false
}
