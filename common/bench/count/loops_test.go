package main

import "testing"

func TestLongestLoop(t *testing.T) {
	const (
		add  = 0x91004000 // add x0, x0, #16
		fmla = 0x4f82103f // fmla v31.4s, v1.4s, v2.s[0]
		last = 0x4fa2183f // fmla v31.4s, v1.4s, v2.s[3]
		fmul = 0x6e22dc3f // fmul v31.4s, v1.4s, v2.4s
	)
	// branch is b.ne to an instruction some before it
	branch := func(back int) uint32 { return 0x54000001 | uint32(-back)<<5&0xffffe0 }
	for _, c := range []struct {
		name      string
		code      []uint32
		all, adds int
	}{
		{"none", []uint32{add, fmla, 0x54000041}, 0, 0}, // b.ne forwards
		{"one", []uint32{add, fmla, last, fmul, branch(3)}, 4, 2},
		{"an outer one is no loop", []uint32{fmla, fmla, fmla, add, last, branch(2), fmla, branch(7)}, 3, 1},
		{"two", []uint32{fmla, branch(1), add, add, fmla, branch(3)}, 4, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if all, adds := longestLoop(c.code); all != c.all || adds != c.adds {
				t.Errorf("%d instructions, %d multiply-adds, want %d and %d", all, adds, c.all, c.adds)
			}
		})
	}
}
