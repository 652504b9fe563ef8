package main

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"

	"gorgonia-lectures/common/bench/report"
)

// loopsOf returns a table with the share of vector multiply-adds in the longest innermost loop of each product's
// assembly, in a program for arm64.
func loopsOf(program string) (*report.Table, error) {
	f, err := elf.Open(program)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	symbols, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	table := report.NewTable("", "instructions", "multiply-adds", "share")
	for _, name := range []string{"Tile6x16NEON", "Tile6x16TransposedNEON", "SparseRows64xNEON"} {
		code, err := codeOf(f, symbols, name)
		if err != nil {
			return nil, err
		}
		all, adds := longestLoop(code)
		table.Row(name, fmt.Sprint(all), fmt.Sprint(adds), report.Digits(float64(adds)/float64(all), 2))
	}
	return table, nil
}

// codeOf returns the instructions of a function of package kernel/internal/arm64.
func codeOf(f *elf.File, symbols []elf.Symbol, name string) ([]uint32, error) {
	for _, s := range symbols {
		if !strings.HasSuffix(strings.TrimSuffix(s.Name, ".abi0"), "/internal/arm64."+name) || int(s.Section) >= len(f.Sections) {
			continue
		}
		section := f.Sections[s.Section]
		data := make([]byte, s.Size)
		if _, err := section.ReadAt(data, int64(s.Value-section.Addr)); err != nil {
			return nil, err
		}
		code := make([]uint32, len(data)/4)
		for i := range code {
			code[i] = binary.LittleEndian.Uint32(data[4*i:])
		}
		return code, nil
	}
	return nil, fmt.Errorf("the program has no function %s", name)
}

// longestLoop counts the instructions and the multiply-adds of the longest innermost loop (Arm Architecture Reference
// Manual, DDI 0487, C6.2.26 B.cond and C7.2.125 FMLA by element).
func longestLoop(code []uint32) (all, adds int) {
	last := -1 // the last backward branch, after whose index the next innermost loop starts
	for i, word := range code {
		if word>>24 != 0x54 { // B.cond
			continue
		}
		offset := int(int32(word<<8)) >> 13 // of 19 bits, in instructions
		if offset >= 0 {
			continue
		}
		begin := i + offset
		if begin > last && i-begin+1 > all {
			all, adds = i-begin+1, 0
			for _, w := range code[begin : i+1] {
				if w&0xffc0f400 == 0x4f801000 { // FMLA Vd.4S, Vn.4S, Vm.S[lane]
					adds++
				}
			}
		}
		last = i
	}
	return all, adds
}
