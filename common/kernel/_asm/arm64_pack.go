package main

// packsNEON writes the code that stores a factor in the order in which the micro-kernels read it.
func packsNEON(f *arm64File) {
	packNEON(f)
	transpose8NEON(f)
}

// packNEON copies rows of a matrix into panels of four vectors.
func packNEON(f *arm64File) {
	c := f.function("PackNEON", "func(dst, src *float32, rows, stride, panels, panelStride int)",
		"PackNEON copies rows of a matrix into panels of 16 columns, side by side in src and panelStride bytes apart in dst.",
		"Rows are stride bytes apart. There is at least one row and one panel.")
	dst, src, rows := c.load("dst"), c.load("src"), c.load("rows")
	stride, panels, panelStride := c.load("stride"), c.load("panels"), c.load("panelStride")
	from, to, left, v := c.general(), c.general(), c.general(), c.someVectors(4)
	vectors := list(V.S4, v)
	c.label("row")
	c.op("MOVD", src, from)
	c.op("MOVD", dst, to)
	c.op("MOVD", panels, left)
	c.label("panel")
	c.op("VLD1.P", at(from, 64), vectors)
	c.op("VST1.P", vectors, indexed(to, panelStride))
	c.op("SUBS", imm(1), left)
	c.op("BNE", text("panel"))
	c.op("ADD", stride, src)
	c.op("ADD", imm(64), dst)
	c.op("SUBS", imm(1), rows)
	c.op("BNE", text("row"))
	c.op("RET")
}

// transpose8NEON transposes blocks of 8x8, each as four of 4x4: pairs, then fours.
func transpose8NEON(f *arm64File) {
	c := f.function("Transpose8NEON", "func(dst, src *float32, dstStride, srcStride, blocks int)",
		"Transpose8NEON stores the columns of 8 rows of src as rows of dst, 8 columns in each of the blocks:",
		"dst[8b+j, i] = src[i, 8b+j]. Strides are in bytes.")
	dst, src := c.load("dst"), c.load("src")
	dstStride, srcStride, blocks := c.load("dstStride"), c.load("srcStride"), c.load("blocks")
	from := c.general()
	rows := make([][2]V, 8)
	for i := range rows {
		rows[i] = [2]V{c.vector(), c.vector()}
	}
	pairs, fours := c.someVectors(4), c.someVectors(8)
	c.label("block")
	c.op("MOVD", src, from)
	for _, row := range rows {
		c.op("FLDPQ", at(from, 0), pair(row[0], row[1]))
		c.op("ADD", srcStride, from)
	}
	for half := range 2 { // four columns
		for upper := range 2 { // four rows
			r := rows[4*upper:]
			for i := range 2 {
				c.s4("VTRN1", r[2*i+1][half], r[2*i][half], pairs[2*i])
				c.s4("VTRN2", r[2*i+1][half], r[2*i][half], pairs[2*i+1])
			}
			for i := range 2 {
				c.d2("VTRN1", pairs[2+i], pairs[i], fours[2*i+upper])
				c.d2("VTRN2", pairs[2+i], pairs[i], fours[2*(i+2)+upper])
			}
		}
		for j := range 4 {
			c.op("FSTPQ", pair(fours[2*j], fours[2*j+1]), at(dst, 0))
			c.op("ADD", dstStride, dst)
		}
	}
	c.op("ADD", imm(32), src)
	c.op("SUBS", imm(1), blocks)
	c.op("BNE", text("block"))
	c.op("RET")
}
