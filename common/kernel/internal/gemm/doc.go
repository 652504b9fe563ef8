// Package gemm has the matrix products and convolutions of package kernel in float32, by the micro-kernels of the active
// level, which is not level.PlainGo. A function has the name and the arguments of the kernel that it computes.
//
// A micro-kernel computes a small tile of C in registers: [tile] is its arguments, tile.go runs columns of tiles. The rest
// feeds it:
//
//	product.go     how a product is cut into pieces, by its shape
//	block.go       one piece: its blocks of A, B and C
//	panels.go      B packed as the tiles read it
//	conv.go        a convolution as a product whose A is the image itself
//	convgrad.go    the gradients of a convolution
//	prefetch.go    memory that is brought into the cache meanwhile
//
// Where one factor has many zeros, lists of what is not 0 take the place of tiles:
//
//	lists.go       the lists
//	sparserows.go  the arguments of their assembly
//	zeros.go       products
//	sparseconv.go  convolutions and their gradients
//	wanted.go      the gradient of a dense layer's input after a ReLU
//	gradrows.go    the gradient of a dense layer's kernel, some rows at a time; by tiles too
//
// micro_amd64.go and micro_arm64.go choose the assembly of a level for a tile and for a list.
package gemm

// LeastDenseGradInput is the multiply-adds m·k·n from which DenseGradInput can be faster than MatMul and a mask.
const LeastDenseGradInput = 1 << 19
