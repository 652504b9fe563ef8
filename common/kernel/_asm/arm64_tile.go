package main

import "fmt"

// tilesNEON writes the micro-kernels of all sizes, rows x vectors of C in registers. An instruction multiplies a vector of
// B by one lane of a vector of A, so that A needs no broadcasts: four lanes are four steps of a row, or the rows of one
// step. Of the 32 registers 24 are C's.
func tilesNEON(f *arm64File) {
	for _, vectors := range []int{2, 4} {
		for rows := 1; rows <= 6; rows++ {
			tileNEON(f, rows, vectors, false)
			tileNEON(f, rows, vectors, true)
		}
	}
}

// rowMemory is the local memory of a tile: a row, for columns outside C.
const rowMemory = 64

// microNEON is a micro-kernel for a tile of C.
type microNEON struct {
	*arm64Code
	rows, vectors int
	arguments     R
	c             [][]V // by row
	spare         []V   // what the sums use, and nothing before and after them
	cTile         R
}

// tileNEON writes what the method run of tile does for the given rows and vectors of columns. In the transposed form the
// elements of a column of A are side by side (aRow is 4 bytes), in the other those of a row (aK is).
func tileNEON(f *arm64File, rows, vectors int, transposed bool) {
	name := fmt.Sprintf("Tile%dx%d", rows, 4*vectors)
	what := "aK = 4"
	if transposed {
		name += "Transposed"
		what = "aRow = 4"
	}
	name += "NEON"
	c := f.framed(rowMemory, name, "func(t *byte)",
		fmt.Sprintf("%s is gemm's tile.run for %d rows and up to %d columns, with %s.", name, rows, 4*vectors, what))
	m := microNEON{arm64Code: c, rows: rows, vectors: vectors, arguments: c.load("t")}
	for range rows {
		m.c = append(m.c, c.someVectors(vectors))
	}
	m.spare = c.someVectors(len(c.vectors))
	m.cTile = m.get(tileC)
	aTile, count := m.get(tileA), m.get(tileCount)
	b, bK, k, segments := c.general(), m.get(tileBK), c.general(), c.general()

	c.label("tile")
	m.start()
	c.op("MOVD", m.field(tileB), b)
	c.op("MOVD", m.field(tileSegments), segments)
	var a []R // the rows of A, or the only one of a transposed A
	var sum func(steps int)
	if transposed {
		a, sum = m.columnsOfA(aTile, b, bK)
	} else {
		a, sum = m.rowsOfA(aTile, b, bK)
	}

	c.label("segment")
	c.op("MOVD", m.field(tileK), k)
	c.op("SUBS", imm(4), k)
	c.op("BLT", text("rest"))
	c.label("four")
	sum(4)
	c.op("SUBS", imm(4), k)
	c.op("BGE", text("four"))
	c.label("rest")
	c.op("ADDS", imm(4), k)
	c.op("BEQ", text("summed"))
	c.label("one")
	sum(1)
	c.op("SUBS", imm(1), k)
	c.op("BNE", text("one"))

	c.label("summed") // to the next segment: the strides are from its end
	step := c.general()
	c.op("MOVD", m.field(tileBSegment), step)
	c.op("ADD", step, b)
	c.op("MOVD", m.field(tileASegment), step)
	for _, row := range a {
		c.op("ADD", step, row)
	}
	c.op("SUBS", imm(1), segments)
	c.op("BNE", text("segment"))
	for _, row := range a {
		c.free(row)
	}

	m.adds()
	m.finish()
	c.op("MOVD", m.field(tileANext), step)
	c.op("ADD", step, aTile)
	c.op("MOVD", m.field(tileCNext), step)
	c.op("ADD", step, m.cTile)
	c.op("SUBS", imm(1), count)
	c.op("BNE", text("tile"))
	c.op("RET")
}

// field is an argument, by its offset.
func (m microNEON) field(offset int) text { return at(m.arguments, offset) }

func (m microNEON) get(offset int) R {
	r := m.general()
	m.op("MOVD", m.field(offset), r)
	return r
}

// rowsOfA points to the rows of A, and returns the code for steps of the sum, four or one: a vector has four of a row.
func (m microNEON) rowsOfA(aTile, b, bK R) (rows []R, sum func(steps int)) {
	stride := m.general()
	m.op("MOVD", m.field(tileARow), stride)
	for i := range m.rows {
		row := m.general()
		if i == 0 {
			m.op("MOVD", aTile, row)
		} else {
			m.op("ADD", stride, rows[i-1], row)
		}
		rows = append(rows, row)
	}
	m.free(stride)
	a, of := m.spare[:m.rows], m.spare[m.rows:]
	return rows, func(steps int) {
		for i, row := range rows {
			if steps == 4 {
				m.op("FMOVQ.P", at(row, 16), a[i].F())
			} else {
				m.op("FMOVS.P", at(row, 4), a[i].F())
			}
		}
		for step := range steps {
			m.addRow(b, bK, of, func(row int) shaped { return a[row].S(step) })
		}
	}
}

// columnsOfA is rowsOfA for a transposed A: a vector has four rows of a step. It reads no rows but the tile's.
func (m microNEON) columnsOfA(aTile, b, bK R) (column []R, sum func(steps int)) {
	from := m.general()
	aK := m.get(tileAK)
	m.op("MOVD", aTile, from)
	a, of := m.spare[:2], m.spare[2:]
	return []R{from}, func(steps int) {
		for range steps {
			m.loadColumn(a, from, aK)
			m.addRow(b, bK, of, func(row int) shaped { return a[row/4].S(row % 4) })
		}
	}
}

// loadColumn loads the rows of a column, and moves from on to the next one.
func (m microNEON) loadColumn(a []V, from, next R) {
	switch m.rows {
	case 1:
		m.op("FMOVS", at(from, 0), a[0].F())
	case 2:
		m.op("FMOVD", at(from, 0), a[0].F())
	case 3:
		m.op("FMOVS", at(from, 8), a[1].F())
		m.op("FMOVD", at(from, 0), a[0].F())
		m.op("VMOV", a[1].S(0), a[0].S(2))
	case 5:
		m.op("FMOVS", at(from, 16), a[1].F())
	case 6:
		m.op("FMOVD", at(from, 16), a[1].F())
	}
	if m.rows < 4 {
		m.op("ADD", next, from)
	} else {
		m.op("VLD1.P", indexed(from, next), list(V.S4, a[:1]))
	}
}

// addRow adds the products of a row of B and an element of each row of A, and moves b on. Its registers are loaded by
// pairs where there are only two.
func (m microNEON) addRow(b, bK R, registers []V, element func(row int) shaped) {
	all := min(m.vectors, len(registers))
	if all < m.vectors {
		all = 2
	}
	for first := 0; first < m.vectors; first += all {
		of := registers[:all]
		if all == m.vectors {
			m.op("VLD1.P", indexed(b, bK), list(V.S4, of))
		} else {
			m.op("FLDPQ", at(b, 16*first), pair(of[0], of[1]))
			if first+all == m.vectors {
				m.op("ADD", bK, b)
			}
		}
		for j, v := range of {
			for i, c := range m.c {
				m.op("VFMLA", element(i), v.S4(), c[first+j].S4())
			}
		}
	}
}

// start gives the sums their first value: zero or the bias. What C has is added at the end.
func (m microNEON) start() {
	from := m.get(tileStart)
	m.op("CMP", imm(startBias), from)
	m.op("BEQ", text("bias"))
	for _, row := range m.c {
		for _, v := range row {
			m.zero(v)
		}
	}
	m.op("B", text("begin"))
	m.label("bias")
	m.op("MOVD", m.field(tileBias), from)
	m.edges(func() {
		m.loadRow(m.c[0], from)
	}, func(row, columns R) {
		m.copyRow(row, from, columns)
		m.loadRow(m.c[0], row)
	})
	for _, row := range m.c[1:] {
		for j, v := range row {
			m.move(m.c[0][j], v)
		}
	}
	m.label("begin")
	m.free(from)
}

// adds adds what C has to the sums, if they are to be added to.
func (m microNEON) adds() {
	added, there := m.newLabel("added"), m.spare[:m.vectors]
	from := m.get(tileStart)
	m.op("CMP", imm(startC), from)
	m.op("BNE", added)
	add := func(c []V) {
		for j, v := range c {
			m.s4("VFADD", there[j], v, v)
		}
	}
	m.edges(func() {
		m.eachRow(from, func(c []V) {
			m.loadRow(there, from)
			add(c)
		})
	}, func(row, columns R) {
		m.eachRow(from, func(c []V) {
			m.copyRow(row, from, columns)
			m.loadRow(there, row)
			add(c)
		})
	})
	m.label(added)
	m.free(from)
}

// finish stores C, after a ReLU if there is one, as in reluNEON.
func (m microNEON) finish() {
	store, to := m.newLabel("store"), m.get(tileReLU)
	m.op("CBZ", to, store)
	zero := m.spare[0]
	m.zero(zero)
	for _, row := range m.c {
		for _, v := range row {
			m.s4("VFMAX", zero, v, v)
		}
	}
	m.label(store)
	m.edges(func() {
		m.eachRow(to, func(c []V) { m.storeRow(c, to) })
	}, func(row, columns R) {
		m.eachRow(to, func(c []V) {
			m.storeRow(c, row)
			m.copyRow(to, row, columns)
		})
	})
	m.free(to)
}

// eachRow writes code for each row of C, to which memory points meanwhile.
func (m microNEON) eachRow(memory R, code func(c []V)) {
	stride := m.get(tileCRow)
	m.op("MOVD", m.cTile, memory)
	for i, c := range m.c {
		code(c)
		if i+1 < len(m.c) {
			m.op("ADD", stride, memory)
		}
	}
	m.free(stride)
}

// edges writes code for tiles that are wholly in C, and for those whose last columns are not: that has a row of local
// memory, and the number of columns in C.
func (m microNEON) edges(wholly func(), partly func(row, columns R)) {
	edge, done := m.newLabel("edge"), m.newLabel("inside")
	columns, row := m.get(tileEdge), m.general()
	m.op("CBNZ", columns, edge)
	wholly()
	m.op("B", done)
	m.label(edge)
	m.op("MOVD", m.field(tileColumns), columns) // a bit for each
	m.op("CLZ", columns, columns)
	m.op("MOVD", imm(64), row)
	m.op("SUB", columns, row, columns)
	m.op("MOVD", text(fmt.Sprintf("$row-%d(SP)", rowMemory)), row)
	partly(row, columns)
	m.label(done)
	m.free(columns, row)
}

// copyRow copies some columns.
func (m microNEON) copyRow(to, from, columns R) {
	again := m.newLabel("column")
	p, q, left, v := m.general(), m.general(), m.general(), m.spare[len(m.spare)-1]
	m.op("MOVD", from, p)
	m.op("MOVD", to, q)
	m.op("MOVD", columns, left)
	m.label(again)
	m.op("FMOVS.P", at(p, 4), v.F())
	m.op("FMOVS.P", v.F(), at(q, 4))
	m.op("SUBS", imm(1), left)
	m.op("BNE", again)
	m.free(p, q, left)
}

// loadRow and storeRow are for a row in registers.
func (m microNEON) loadRow(c []V, from R) {
	for j := 0; j < len(c); j += 2 {
		m.op("FLDPQ", at(from, 16*j), pair(c[j], c[j+1]))
	}
}

func (m microNEON) storeRow(c []V, to R) {
	for j := 0; j < len(c); j += 2 {
		m.op("FSTPQ", pair(c[j], c[j+1]), at(to, 16*j))
	}
}
