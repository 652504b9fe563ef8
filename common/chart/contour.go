package chart

import (
	"math"
	"slices"
)

// vertex is a point in units of a grid's columns and rows.
type vertex struct{ x, y float64 }

// side is an edge between two neighbouring points of a grid: the one at (i, j) and the next one to the right, or above
// if upright.
type side struct {
	i, j    int
	upright bool
}

// contour finds the lines on which a grid z[i][j] has the value level, by marching squares (W. Lorensen and H. Cline's
// marching cubes, SIGGRAPH 1987, in two dimensions). It skips cells with a NaN; in a saddle the mean of the corners
// decides. Unlike gonum/plot's Contour it has a fixed order of lines, and draws none along the border of a hole.
func contour(z [][]float64, level float64) [][]vertex {
	next := map[side][]side{}
	var order []side
	join := func(a, b side) {
		for _, s := range []side{a, b} {
			if len(next[s]) == 0 {
				order = append(order, s)
			}
		}
		next[a], next[b] = append(next[a], b), append(next[b], a)
	}
	for i := range len(z) - 1 {
		for j := range len(z[i]) - 1 {
			corners := [4]float64{z[i][j], z[i+1][j], z[i+1][j+1], z[i][j+1]}
			// sides[k] lies between corners k and k+1.
			sides := [4]side{{i, j, false}, {i + 1, j, true}, {i, j + 1, false}, {i, j, true}}
			var crossed []side
			sum := 0.0
			for k := range 4 {
				sum += corners[k]
				if (corners[k] >= level) != (corners[(k+1)%4] >= level) {
					crossed = append(crossed, sides[k])
				}
			}
			if len(crossed) == 4 && (sum/4 >= level) != (corners[0] >= level) {
				crossed = []side{sides[3], sides[0], sides[1], sides[2]}
			}
			for k := 0; k < len(crossed) && !math.IsNaN(sum); k += 2 {
				join(crossed[k], crossed[k+1])
			}
		}
	}
	done := map[side]bool{}
	var lines [][]vertex
	trace := func(start side) {
		done[start] = true
		line, at := []vertex{cross(z, level, start)}, start
		for i := 0; i >= 0; {
			if i = slices.IndexFunc(next[at], func(s side) bool { return !done[s] }); i >= 0 {
				at = next[at][i]
				done[at] = true
				line = append(line, cross(z, level, at))
			}
		}
		if len(line) > 2 && slices.Contains(next[at], start) {
			line = append(line, line[0])
		}
		lines = append(lines, line)
	}
	// Lines with ends first, from an end; the rest are loops.
	for _, ends := range []int{1, 2} {
		for _, s := range order {
			if !done[s] && len(next[s]) == ends {
				trace(s)
			}
		}
	}
	return lines
}

// cross is the point of a side where the value is level, by linear interpolation.
func cross(z [][]float64, level float64, s side) vertex {
	x, y, p := float64(s.i), float64(s.j), z[s.i][s.j]
	if s.upright {
		return vertex{x, y + (level-p)/(z[s.i][s.j+1]-p)}
	}
	return vertex{x + (level-p)/(z[s.i+1][s.j]-p), y}
}
