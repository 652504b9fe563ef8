// Package kernel has the loops of a neural network on plain slices: matrix product, convolution, pooling,
// activations, losses, optimizer steps and counter-based random numbers.
//
// Matrices and images are row-major, images NHWC, convolution kernels (height, width, in, out).
// Outputs are overwritten. An output may be the same slice as an input in the elementwise kernels
// (activations and their gradients, dropout), nowhere else.
//
// # Memory
//
// The caller owns every slice. Scratch is passed in as work; the matching Work function says how long it
// has to be. A kernel keeps no slice after it returns and allocates nothing but the goroutines of
// a parallel region; a small shape has no such region. Slice lengths are the caller's promise: one that is
// too short panics with Go's bounds error, one that is longer is used up to its needed length.
//
// # Determinism
//
// The same input gives the same bits for any GOMAXPROCS. Work is cut into pieces by its shape alone, never by the
// number of workers. A sum that runs across pieces goes to one buffer per piece, and the buffers are
// added in piece order. The order of the sum in one row of a forward result depends on the length of
// the sum and on the row's own zeros only, so that a row has the same bits alone and inside a batch.
//
// NaN and infinity spread as in the plain loops: a product with a zero is left out only where the other factor is known to be
// finite.
package kernel
