// Command asm writes the assembly of package kernel and its Go declarations. It is a module of its own, so that users of
// the suite need neither the generator avo nor what avo needs. `make generate` runs it once for each part.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"

	. "github.com/mmcloughlin/avo/build"
)

// parts are the assembly files, each with the function that writes it.
var parts = map[string]func(){
	"dropout": dropout,
	"element": elementwise,
	"exp":     exponentials,
	"measure": measures,
	"pack":    packs,
	"pause":   pause,
	"pool":    pool,
	"sparse":  sparseTiles,
	"step":    steps,
	"sum":     sums,
	"tile":    tiles,
}

func main() {
	part := flag.String("part", "", "the file to write")
	flag.Parse()
	write, ok := parts[*part]
	if !ok {
		names := make([]string, 0, len(parts))
		for name := range parts {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "asm: -part %q: want one of %v\n", *part, names)
		os.Exit(1)
	}
	ConstraintExpr("amd64,!purego")
	write()
	Generate()
}
