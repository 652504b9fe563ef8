#!/usr/bin/env bash
# gonum.org/v1/plot v0.17.0: plotter.Contour draws the same grid in another order at each call.
#
# Expected: one program, one grid, one SVG: the same bytes each time, as other plotters give.
# Seen:     the paths of one level change places from call to call (they are kept in a map), so the files differ,
#           though not in what they show. A picture in a repository, or a golden test of it, never settles.
set -euo pipefail

dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
cat >main.go <<'GO'
package main

import (
	"bytes"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
)

// waves has several closed contours of each level.
type waves struct{}

func (waves) Dims() (c, r int)   { return 40, 40 }
func (waves) X(c int) float64    { return float64(c) }
func (waves) Y(r int) float64    { return float64(r) }
func (waves) Z(c, r int) float64 { return math.Sin(float64(c)/3) * math.Cos(float64(r)/3) }

// svg draws the contours, or a heat map of the same grid.
func svg(contour bool) string {
	p := plot.New()
	if contour {
		p.Add(plotter.NewContour(waves{}, []float64{-0.5, 0, 0.5}, palette.Heat(12, 1)))
	} else {
		p.Add(plotter.NewHeatMap(waves{}, palette.Heat(12, 1)))
	}
	w, err := p.WriterTo(200, 200, "svg")
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		panic(err)
	}
	return b.String()
}

func main() {
	for _, contour := range []bool{true, false} {
		files := map[string]bool{}
		for range 20 {
			files[svg(contour)] = true
		}
		fmt.Println(contour, len(files) > 1)
	}
}
GO
go mod init example.com/contour >/dev/null 2>&1
go get gonum.org/v1/plot@v0.17.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
seen=$(go run .)
echo "drawn 20 times; contour: $(sed -n 's/^true //p' <<<"$seen"), heat map: $(sed -n 's/^false //p' <<<"$seen") (true: the files differ)"
[ "$seen" = $'true true\nfalse false' ]
