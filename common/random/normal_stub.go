package random

// Normal32 is a stub.
func Normal32(words [4]uint32) (v [4]float32) { return }

// Normal64 is a stub.
func Normal64(words [4]uint32) (v [2]float64) { return }

// Normal is a stub.
func (d Draw) Normal(dst []float64, mean, stddev float64, double bool) {}

// TruncatedNormal is a stub.
func (d Draw) TruncatedNormal(dst []float64, mean, stddev float64, double bool) {}
