package layer

import (
	"fmt"
	"math"
)

// Regularizer adds L1·Σ|w| + L2·Σw² over the values of a weight to the loss, in training and evaluation as in Keras.
type Regularizer struct{ L1, L2 float64 }

// checkRegularizers returns an error if a factor is negative or not finite.
func checkRegularizers(of []string, regularizers ...Regularizer) error {
	for i, r := range regularizers {
		for j, factor := range []float64{r.L1, r.L2} {
			if !(factor >= 0) || math.IsInf(factor, 0) {
				return fmt.Errorf("%s regularizer L%d %v, want a finite number of at least 0", of[i], j+1, factor)
			}
		}
	}
	return nil
}
