// Command asm writes the assembly of common/kernel/internal/amd64 and arm64 and of common/bench/machine, with its Go
// declarations. It is a module of its own, so that users of the suite need neither the generator avo nor what avo
// needs. `make generate` runs it once for each file. For amd64 it is a program of avo's; how to write a kernel for arm64
// says arm64.go.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"

	. "github.com/mmcloughlin/avo/build"
)

// files are the files of assembly, each with the function that writes it.
var files = map[string]func(){
	"dropout_amd64": dropout,
	"element_amd64": elementwise,
	"exp_amd64":     exponentials,
	"measure_amd64": measures,
	"pack_amd64":    packs,
	"pause_amd64":   pause,
	"pool_amd64":    pool,
	"sparse_amd64":  sparse,
	"step_amd64":    steps,
	"sum_amd64":     sums,
	"tile_amd64":    tiles,
}

var arm64Files = map[string]func(f *arm64File){
	"dropout_arm64": dropoutNEON,
	"element_arm64": elementwiseNEON,
	"exp_arm64":     exponentialsNEON,
	"measure_arm64": measuresNEON,
	"pack_arm64":    packsNEON,
	"pause_arm64":   pauseNEON,
	"pool_arm64":    poolNEON,
	"sparse_arm64":  sparseNEON,
	"step_arm64":    stepsNEON,
	"sum_arm64":     sumsNEON,
	"tile_arm64":    tilesNEON,
}

func main() {
	file := flag.String("file", "", "the `file` to write")
	flag.Parse()
	if write, ok := arm64Files[*file]; ok {
		// the flags are avo's
		value := func(name string) string { return flag.Lookup(name).Value.String() }
		if err := writeARM64(write, value("pkg"), value("out"), value("stubs")); err != nil {
			fmt.Fprintln(os.Stderr, "asm:", err)
			os.Exit(1)
		}
		return
	}
	write, ok := files[*file]
	if !ok {
		names := slices.Sorted(maps.Keys(files))
		names = slices.AppendSeq(names, maps.Keys(arm64Files))
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "asm: -file %q: want one of %v\n", *file, names)
		os.Exit(1)
	}
	ConstraintExpr("amd64,!purego")
	write()
	Generate()
}
