//go:build amd64 && !purego

package gemm

import (
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/amd64"
	"gorgonia-lectures/common/kernel/internal/level"
)

// The assembly of the products and convolutions, at the active level.

// assembly computes count tiles of the given rows.
func (t *tile) assembly(rows int, narrow bool) {
	p := (*byte)(unsafe.Pointer(t))
	switch {
	case level.Active() == level.AVX512 && !narrow:
		runWide512(p, rows)
	case level.Active() == level.AVX512:
		runNarrow512(p, rows)
	case !narrow:
		runWide2(p, rows)
	default:
		runNarrow2(p, rows)
	}
}

func runWide512(p *byte, rows int) {
	switch rows {
	case 1:
		amd64.Tile1x32AVX512(p)
	case 2:
		amd64.Tile2x32AVX512(p)
	case 3:
		amd64.Tile3x32AVX512(p)
	case 4:
		amd64.Tile4x32AVX512(p)
	case 5:
		amd64.Tile5x32AVX512(p)
	case 6:
		amd64.Tile6x32AVX512(p)
	case 7:
		amd64.Tile7x32AVX512(p)
	case 8:
		amd64.Tile8x32AVX512(p)
	case 9:
		amd64.Tile9x32AVX512(p)
	case 10:
		amd64.Tile10x32AVX512(p)
	case 11:
		amd64.Tile11x32AVX512(p)
	case 12:
		amd64.Tile12x32AVX512(p)
	case 13:
		amd64.Tile13x32AVX512(p)
	case 14:
		amd64.Tile14x32AVX512(p)
	}
}

func runNarrow512(p *byte, rows int) {
	switch rows {
	case 1:
		amd64.Tile1x16AVX512(p)
	case 2:
		amd64.Tile2x16AVX512(p)
	case 3:
		amd64.Tile3x16AVX512(p)
	case 4:
		amd64.Tile4x16AVX512(p)
	case 5:
		amd64.Tile5x16AVX512(p)
	case 6:
		amd64.Tile6x16AVX512(p)
	case 7:
		amd64.Tile7x16AVX512(p)
	case 8:
		amd64.Tile8x16AVX512(p)
	case 9:
		amd64.Tile9x16AVX512(p)
	case 10:
		amd64.Tile10x16AVX512(p)
	case 11:
		amd64.Tile11x16AVX512(p)
	case 12:
		amd64.Tile12x16AVX512(p)
	case 13:
		amd64.Tile13x16AVX512(p)
	case 14:
		amd64.Tile14x16AVX512(p)
	}
}

func runWide2(p *byte, rows int) {
	switch rows {
	case 1:
		amd64.Tile1x16AVX2(p)
	case 2:
		amd64.Tile2x16AVX2(p)
	case 3:
		amd64.Tile3x16AVX2(p)
	case 4:
		amd64.Tile4x16AVX2(p)
	case 5:
		amd64.Tile5x16AVX2(p)
	case 6:
		amd64.Tile6x16AVX2(p)
	}
}

func runNarrow2(p *byte, rows int) {
	switch rows {
	case 1:
		amd64.Tile1x8AVX2(p)
	case 2:
		amd64.Tile2x8AVX2(p)
	case 3:
		amd64.Tile3x8AVX2(p)
	case 4:
		amd64.Tile4x8AVX2(p)
	case 5:
		amd64.Tile5x8AVX2(p)
	case 6:
		amd64.Tile6x8AVX2(p)
	}
}

// run computes the rows in a panel of 1 to mostVectors vectors.
func (r *sparseRows) run(vectors int) {
	if level.Active() == level.AVX512 {
		runSparse512((*byte)(unsafe.Pointer(r)), vectors)
	} else {
		runSparse2((*byte)(unsafe.Pointer(r)), vectors)
	}
}

func runSparse512(p *byte, vectors int) {
	switch vectors {
	case 1:
		amd64.SparseRows16xAVX512(p)
	case 2:
		amd64.SparseRows32xAVX512(p)
	case 3:
		amd64.SparseRows48xAVX512(p)
	case 4:
		amd64.SparseRows64xAVX512(p)
	case 5:
		amd64.SparseRows80xAVX512(p)
	case 6:
		amd64.SparseRows96xAVX512(p)
	case 7:
		amd64.SparseRows112xAVX512(p)
	case 8:
		amd64.SparseRows128xAVX512(p)
	}
}

func runSparse2(p *byte, vectors int) {
	switch vectors {
	case 1:
		amd64.SparseRows8xAVX2(p)
	case 2:
		amd64.SparseRows16xAVX2(p)
	case 3:
		amd64.SparseRows24xAVX2(p)
	case 4:
		amd64.SparseRows32xAVX2(p)
	case 5:
		amd64.SparseRows40xAVX2(p)
	case 6:
		amd64.SparseRows48xAVX2(p)
	case 7:
		amd64.SparseRows56xAVX2(p)
	case 8:
		amd64.SparseRows64xAVX2(p)
	}
}

// listNonzeros lists those elements of a that are not 0, and step times their indices:
//
//	for i, v := range a {
//		if v != 0 {
//			values[n], offsets[n] = v, i*step
//			n++
//		}
//	}
//
// The lists have room for as many as a has, rounded up to a multiple of 16.
func listNonzeros(values []float32, offsets []int32, a []float32, step int) int {
	if level.Active() == level.AVX512 {
		return amd64.ListNonzerosAVX512(&values[0], &offsets[0], &a[0], len(a), step)
	}
	return amd64.ListNonzerosAVX2(&values[0], &offsets[0], &a[0], len(a), step)
}

// finitePanel reports whether rows of a panel, stride elements apart, are finite. It brings them into the L2 cache.
func finitePanel(b []float32, rows, stride int) bool {
	_ = b[(rows-1)*stride+sparseColumns()-1]
	if level.Active() == level.AVX512 {
		return amd64.FinitePanelAVX512(&b[0], rows, 4*stride)
	}
	return amd64.FinitePanelAVX2(&b[0], rows, 4*stride)
}

// packRows packs k rows of n columns of src, rows stride elements apart.
func packRows(dst, src []float32, k, n, stride int) {
	_ = src[(k-1)*stride+n-1]
	_, width := tileSize()
	count, size := panelCount(k, n)
	_ = dst[:size]
	last := n - (count-1)*width
	edge := &edgeMasks[16-min(last, 16)]
	if level.Active() == level.AVX512 {
		amd64.PackAVX512(&dst[0], &src[0], k, 4*stride, count, 4*width*k, 1<<last-1, edge)
	} else {
		amd64.PackAVX2(&dst[0], &src[0], k, 4*stride, count, 4*width*k, 0, edge)
	}
}

// transpose8 stores the columns of 8 rows of src as rows of dst, 8 columns in each of the blocks. Strides are in bytes.
func transpose8(dst, src *float32, dstStride, srcStride, blocks int) {
	amd64.Transpose8(dst, src, dstStride, srcStride, blocks)
}

// sparseDots is the dot products of a list of values with rows of b, in groups of dotRows.
func sparseDots(sums *float32, rows *int32, groups int, b, values *float32, offsets *int32, n, add int) {
	amd64.SparseDots(sums, rows, groups, b, values, offsets, n, add)
}
