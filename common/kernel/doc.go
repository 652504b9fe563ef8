// Package kernel has the loops of a neural network on plain slices: matrix product, convolution, pooling,
// activations, losses, optimizer steps and dropout.
//
// Matrices and images are row-major, images NHWC, convolution kernels (height, width, in, out).
// Outputs are overwritten. An output may be the same slice as an input in the elementwise kernels
// (activations and their gradients, dropout), nowhere else.
//
// # Memory
//
// The caller owns every slice. Scratch is passed in as work; the matching Work function says how long it
// has to be. A kernel keeps no slice after it returns. What else it needs (packed factors, framed images, the
// goroutines of parallel regions) is made at the first call of a size and kept: later calls allocate
// nothing. Slice lengths are the caller's promise: one that is too short panics with Go's bounds error, one
// that is longer is used up to its needed length.
//
// # Levels
//
// On amd64 the float32 kernels have assembly for AVX2 with FMA and for AVX-512: package internal/amd64, written by the
// generator in _asm. The highest level that the CPU has is chosen at start. The environment variable
// GORGONIA_LECTURES_CPU forces one: go, avx2 or avx512. float64, other machines and builds with the tag purego run
// plain Go. [Level] has more.
//
// # Determinism
//
// The same input gives the same bits for any GOMAXPROCS. Work is cut into pieces by its shape alone, never by the
// number of workers. A sum that runs across pieces goes to one buffer per piece, and the buffers are
// added in piece order. The order of the sum in one row of a forward result depends on the length of
// the sum and on the row's own zeros only, so that a row has the same bits alone and inside a batch, but perhaps for the
// sign of a zero.
//
// NaN and infinity spread as in the plain loops: a product with a zero is left out only where the other factor is known to be
// finite.
package kernel
