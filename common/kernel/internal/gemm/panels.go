//go:build (amd64 || arm64) && !purego

package gemm

import (
	"sync"
	"unsafe"

	"gorgonia-lectures/common/kernel/internal/level"
	"gorgonia-lectures/common/kernel/internal/parallel"
)

// panels is the second factor of a product as the micro-kernels read it: k rows of as many columns as a
// tile has, panel after panel. The last one may have fewer columns.
type panels struct {
	data unsafe.Pointer
	row  int // bytes from row to row
	next int // bytes from panel to panel
}

// panelCount returns how many panels n columns take, and the elements of k rows of them.
func panelCount(k, n int) (count, size int) {
	_, width := tileSize()
	count = ceilDiv(n, width)
	return count, count * width * k
}

// packed is the panels of k rows that packRows or packColumns has stored in dst.
func packed(dst []float32, k int) panels {
	_, width := tileSize()
	return panels{data: unsafe.Pointer(unsafe.SliceData(dst)), row: 4 * width, next: 4 * width * k}
}

// inPlace is the panels of a row-major matrix of n columns, or false if it needs packing: rows far apart are slow
// to read, and AVX2 has no masks for the last columns.
func inPlace(b []float32, n int) (panels, bool) {
	_, width := tileSize()
	p := panels{data: unsafe.Pointer(unsafe.SliceData(b)), row: 4 * n, next: 4 * width}
	return p, n <= 64 && (level.Active() == level.AVX512 || n%width == 0)
}

// packColumns packs the transpose of n rows of k columns of src, rows stride elements apart. Like packRows it stores
// zeros after the last column of the last panel: Finite reads whole panels.
func packColumns(dst, src []float32, k, n, stride int) {
	_, width := tileSize()
	for j := 0; j < n; j += width {
		columns := min(width, n-j)
		if columns < width {
			clear(dst[j*k:][:width*k])
		}
		transposeRows(dst[j*k:], width, src[j*stride:], stride, columns, k)
	}
}

// packing packs a whole factor, n columns of k rows, or with transpose n rows of k columns. A piece is some panels.
type packing struct {
	dst, src  []float32
	k, n      int
	transpose bool
	panels    int // of a piece
}

var packings sync.Pool

func (p *packing) all() {
	count, size := panelCount(p.k, p.n)
	p.panels = ceilDiv(count, max(1, size/packPiece))
	if p.panels >= count {
		p.Piece(0)
		return
	}
	parallel.Region(&packings, ceilDiv(count, p.panels), *p)
}

// packPiece is the elements of a piece: some 20 µs.
const packPiece = 1 << 16

func (p *packing) Piece(i int) {
	_, width := tileSize()
	j := i * p.panels * width
	columns := min(p.panels*width, p.n-j)
	if p.transpose {
		packColumns(p.dst[j*p.k:], p.src[j*p.k:], p.k, columns, p.k)
	} else {
		packRows(p.dst[j*p.k:], p.src[j:], p.k, columns, p.n)
	}
}

// transposeRows stores rows of src as columns of dst:
//
//	dst[j*dstStride+i] = src[i*srcStride+j]   // i < rows, j < columns
func transposeRows(dst []float32, dstStride int, src []float32, srcStride, rows, columns int) {
	_, _ = src[(rows-1)*srcStride+columns-1], dst[(columns-1)*dstStride+rows-1]
	whole := columns &^ 7
	i := 0
	if whole > 0 {
		for ; i+8 <= rows; i += 8 {
			transpose8(&dst[i], &src[i*srcStride], 4*dstStride, 4*srcStride, whole/8)
			for r := i; r < i+8; r++ {
				for j := whole; j < columns; j++ {
					dst[j*dstStride+r] = src[r*srcStride+j]
				}
			}
		}
	}
	for ; i < rows; i++ {
		for j, v := range src[i*srcStride:][:columns] {
			dst[j*dstStride+i] = v
		}
	}
}
