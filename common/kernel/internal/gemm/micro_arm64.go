//go:build arm64 && !purego

package gemm

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/arm64"
)

// The assembly of the products and convolutions for NEON.

// assembly computes count tiles of the given rows. Where both strides of A are 4 bytes, either form will do.
func (t *tile) assembly(rows int, narrow bool) {
	p := (*byte)(unsafe.Pointer(t))
	switch {
	case t.aK == 4 && !narrow:
		runWide(p, rows)
	case t.aK == 4:
		runNarrow(p, rows)
	case t.aRow != 4 && rows > 1:
		panic("kernel: neither the rows nor the columns of a factor are contiguous")
	case !narrow:
		runWideTransposed(p, rows)
	default:
		runNarrowTransposed(p, rows)
	}
}

func runWide(p *byte, rows int) {
	switch rows {
	case 1:
		arm64.Tile1x16NEON(p)
	case 2:
		arm64.Tile2x16NEON(p)
	case 3:
		arm64.Tile3x16NEON(p)
	case 4:
		arm64.Tile4x16NEON(p)
	case 5:
		arm64.Tile5x16NEON(p)
	case 6:
		arm64.Tile6x16NEON(p)
	}
}

func runNarrow(p *byte, rows int) {
	switch rows {
	case 1:
		arm64.Tile1x8NEON(p)
	case 2:
		arm64.Tile2x8NEON(p)
	case 3:
		arm64.Tile3x8NEON(p)
	case 4:
		arm64.Tile4x8NEON(p)
	case 5:
		arm64.Tile5x8NEON(p)
	case 6:
		arm64.Tile6x8NEON(p)
	}
}

func runWideTransposed(p *byte, rows int) {
	switch rows {
	case 1:
		arm64.Tile1x16TransposedNEON(p)
	case 2:
		arm64.Tile2x16TransposedNEON(p)
	case 3:
		arm64.Tile3x16TransposedNEON(p)
	case 4:
		arm64.Tile4x16TransposedNEON(p)
	case 5:
		arm64.Tile5x16TransposedNEON(p)
	case 6:
		arm64.Tile6x16TransposedNEON(p)
	}
}

func runNarrowTransposed(p *byte, rows int) {
	switch rows {
	case 1:
		arm64.Tile1x8TransposedNEON(p)
	case 2:
		arm64.Tile2x8TransposedNEON(p)
	case 3:
		arm64.Tile3x8TransposedNEON(p)
	case 4:
		arm64.Tile4x8TransposedNEON(p)
	case 5:
		arm64.Tile5x8TransposedNEON(p)
	case 6:
		arm64.Tile6x8TransposedNEON(p)
	}
}

// run computes the rows in a panel of 1 to mostVectors times 8 columns.
func (r *sparseRows) run(vectors int) {
	p := (*byte)(unsafe.Pointer(r))
	switch vectors {
	case 1:
		arm64.SparseRows8xNEON(p)
	case 2:
		arm64.SparseRows16xNEON(p)
	case 3:
		arm64.SparseRows24xNEON(p)
	case 4:
		arm64.SparseRows32xNEON(p)
	case 5:
		arm64.SparseRows40xNEON(p)
	case 6:
		arm64.SparseRows48xNEON(p)
	case 7:
		arm64.SparseRows56xNEON(p)
	case 8:
		arm64.SparseRows64xNEON(p)
	}
}

// listNonzeros lists those elements of a that are not 0, and step times their indices. The lists have room for as many
// as a has, rounded up to a multiple of 16.
func listNonzeros(values []float32, offsets []int32, a []float32, step int) int {
	return arm64.ListNonzerosNEON(&values[0], &offsets[0], &a[0], len(a), step)
}

// finitePanel reports whether rows of a panel, stride elements apart, are finite. It brings them into the L2 cache.
func finitePanel(b []float32, rows, stride int) bool {
	_ = b[(rows-1)*stride+sparseColumns()-1]
	return arm64.FinitePanelNEON(&b[0], rows, 4*stride)
}

// packRows packs k rows of n columns of src, rows stride elements apart.
func packRows(dst, src []float32, k, n, stride int) {
	_ = src[(k-1)*stride+n-1]
	_, width := tileSize()
	whole := n / width
	if whole > 0 {
		_ = dst[whole*width*k-1]
		arm64.PackNEON(&dst[0], &src[0], k, 4*stride, whole, 4*width*k)
	}
	if left := n % width; left > 0 {
		dst = dst[whole*width*k:][:width*k]
		clear(dst)
		for i := range k {
			copy(dst[i*width:], src[i*stride+whole*width:][:left])
		}
	}
}

// transpose8 stores the columns of 8 rows of src as rows of dst, 8 columns in each of the blocks. Strides are in bytes.
func transpose8(dst, src *float32, dstStride, srcStride, blocks int) {
	arm64.Transpose8NEON(dst, src, dstStride, srcStride, blocks)
}

// sparseDots is the dot products of a list of values with rows of b, in groups of dotRows.
func sparseDots(sums *float32, rows *int32, groups int, b, values *float32, offsets *int32, n, add int) {
	arm64.SparseDotsNEON(sums, rows, groups, b, values, offsets, n, add)
}
