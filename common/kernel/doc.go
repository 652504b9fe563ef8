// Package kernel has the loops of a neural network on plain slices: matrix product, convolution, pooling,
// activations, losses, optimizer steps and dropout.
//
// Matrices and images are row-major, images NHWC, convolution kernels (height, width, in, out).
// Outputs are overwritten. An output may be the same slice as an input in the elementwise kernels
// (activations and their gradients, dropout), nowhere else.
//
// # Memory
//
// The caller owns every slice; a kernel keeps none after it returns. The caller passes scratch memory as work, of
// the length that the matching Work function returns. A kernel makes anything else that it needs (packed factors,
// framed images, the goroutines of parallel regions) at the first call of a size and keeps it: later calls allocate
// nothing. A slice that is too short panics with Go's bounds error; of a longer one a kernel uses the first elements.
//
// # Levels
//
// The float32 kernels have assembly for AVX2 with FMA and for AVX-512 on amd64, and for NEON on arm64. They run at the
// highest level that the CPU has, or at the one in the environment variable GORGONIA_LECTURES_CPU: go, avx2, avx512 or
// neon. float64, other machines and builds with the tag purego run plain Go. AVX2 and NEON give the same bits. [Level]
// has more, and README.md says which file and which package computes what.
//
// # Determinism
//
// The same input gives the same bits for any GOMAXPROCS. The shape alone decides how work is cut into pieces, never
// the number of workers. A sum across pieces goes to one buffer per piece, and the buffers are added in piece order.
// The order of the sum in one row of a forward result depends only on the length of the sum and on the row's own
// zeros: a row has the same bits alone and in a batch, except perhaps for the sign of a zero.
//
// NaN and infinity spread as in the plain loops: a kernel passes over a product with a zero only if the other factor
// is known to be finite.
package kernel

// Float is the element type of every kernel: float32 for training, float64 for proofs.
type Float interface{ float32 | float64 }
