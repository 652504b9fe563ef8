package kernel

// pieceWork is the number of multiply-adds in one piece of work in plain Go, about 50 µs: much longer than it takes to
// claim a piece, and short enough that no goroutine waits long for the last one.
const pieceWork = 1 << 18

// pieceRows cuts rows, each of the given work (in multiply-adds), into even runs of about pieceWork. It returns
// the rows of one run; the last may be shorter.
func pieceRows(rows, work int) int {
	if rows == 0 {
		return 1
	}
	pieces := min(rows, max(1, rows*work/pieceWork))
	return ceilDiv(rows, pieces)
}

// ceilDiv returns a/b rounded up, for a >= 0 and b > 0.
func ceilDiv(a, b int) int { return (a + b - 1) / b }
