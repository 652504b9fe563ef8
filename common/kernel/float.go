package kernel

// Float is the element type of every kernel: float32 for training, float64 for proofs.
type Float interface{ float32 | float64 }
