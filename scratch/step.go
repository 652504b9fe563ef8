package main

import (
	"fmt"
	"math"
	"strings"

	"gorgonia-lectures/common/lang"
)

// blackboard returns all numbers of one sample of XOR, x = [1 0 1] and d = 1, in the net of a seed: of the forward pass
// once, of the backward pass for both losses.
func blackboard(language lang.Language, seed uint32, alpha float64) string {
	const row = 2
	x, d := X[row], xor.D[row]
	b := board{lang: language}
	b.line("One sample of XOR through the net, seed %d, α = %g", seed, alpha)
	b.line("x (3) ── W1 (4×3) ──> v1 ── φ ──> y1 (4) ── W2 (1×4) ──> v ── φ ──> y,   φ(v) = 1/(1+e^-v)")

	W1, W2 := newNet(seed)
	p := forward(W1, W2, x)
	b.title("Forward")
	b.vector("x", x)
	b.scalar("d", d)
	b.matrix("W1", W1)
	b.vector("v1 = W1·x", p.v1)
	b.vector("y1 = φ(v1)", p.y1)
	b.vector("W2", W2)
	b.scalar("v  = W2·y1", p.v)
	b.scalar("y  = φ(v)", p.y)

	b.title("Back, squared error J = ½(d-y)²")
	b.back("δ  = y(1-y)·e", backprop, seed, x, d, alpha)
	b.title("Back, cross-entropy J = -d·ln y - (1-d)·ln(1-y)")
	b.back("δ  = e", crossEntropy, seed, x, d, alpha)
	return b.String()
}

// board is aligned text: a formula, an equals sign, numbers in columns.
type board struct {
	strings.Builder
	lang lang.Language
}

func (b *board) line(format string, args ...any) {
	b.WriteString(b.lang.Sprintf(format, args...) + "\n")
}
func (b *board) title(title lang.Word)              { b.line("\n%s\n", title) }
func (b *board) scalar(name lang.Word, v float64)   { b.line("  %-20s =   %s", name, number(v)) }
func (b *board) vector(name lang.Word, v []float64) { b.line("  %-20s = [%s ]", name, numbers(v)) }

func (b *board) matrix(name lang.Word, m [][]float64) {
	for i, row := range m {
		if i == 0 {
			b.vector(name, row)
		} else {
			b.line("  %20s   [%s ]", "", numbers(row))
		}
	}
}

// back writes the backward pass of one sample by the given rule.
func (b *board) back(deltaFormula lang.Word, rule func([][]float64, []float64, []float64, float64, float64) pass,
	seed uint32, x []float64, d, alpha float64) {
	W1, W2 := newNet(seed)
	p := rule(W1, W2, x, d, alpha) // moves W1 and W2
	old1, old2 := newNet(seed)
	b.scalar("e  = d - y", p.e)
	b.scalar(deltaFormula, p.delta)
	b.vector("e1 = W2ᵀ·δ", p.e1)
	b.vector("δ1 = y1(1-y1)∘e1", p.delta1)
	var moves [][]float64
	for i := range W1 {
		moves = append(moves, minus(W1[i], old1[i]))
	}
	b.matrix("ΔW1 = α·δ1·xᵀ", moves)
	b.vector("ΔW2 = α·δ·y1ᵀ", minus(W2, old2))
	b.matrix("W1 + ΔW1", W1)
	b.vector("W2 + ΔW2", W2)
	b.scalar("y with these weights", forward(W1, W2, x).y)
}

func minus(a, b []float64) []float64 {
	c := make([]float64, len(a))
	for j := range a {
		c[j] = a[j] - b[j]
	}
	return c
}

func numbers(v []float64) string {
	var b strings.Builder
	for _, x := range v {
		b.WriteString(" " + number(x))
	}
	return b.String()
}

// number formats a number with four decimals in eight columns; a rounded zero has no sign.
func number(x float64) string {
	if math.Abs(x) < 0.00005 {
		x = 0
	}
	return fmt.Sprintf("%8.4f", x)
}
