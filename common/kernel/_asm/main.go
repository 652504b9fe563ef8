// Command asm writes the assembly of common/kernel/internal/amd64 and of common/bench/machine, with its Go
// declarations. It is a module of its own, so that users of the suite need neither the generator avo nor what avo
// needs. `make generate` runs it once for each file.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"

	. "github.com/mmcloughlin/avo/build"
)

// files are the files of assembly, each with the function that writes it.
var files = map[string]func(){
	"dropout": dropout,
	"element": elementwise,
	"exp":     exponentials,
	"measure": measures,
	"pack":    packs,
	"pause":   pause,
	"pool":    pool,
	"sparse":  sparse,
	"step":    steps,
	"sum":     sums,
	"tile":    tiles,
}

func main() {
	file := flag.String("file", "", "the file to write")
	flag.Parse()
	write, ok := files[*file]
	if !ok {
		names := make([]string, 0, len(files))
		for name := range files {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "asm: -file %q: want one of %v\n", *file, names)
		os.Exit(1)
	}
	ConstraintExpr("amd64,!purego")
	write()
	Generate()
}
