//go:build !(amd64 || arm64) || purego

package gemm

import "gorgonia-lectures/common/kernel/internal/window"

// This build has no assembly, and nothing calls these functions.

func Product(c, a, b, bias []float32, m, k, n, aRow, aK int, transB, relu bool) bool { return false }

func DenseGradInput(dx, dy, w, x []float32, m, k, n int) bool { return false }

type DenseGradKernel struct{}

func (g *DenseGradKernel) Begin(x, dy []float32, m, k, n int) {}

func (g *DenseGradKernel) Rows(dw []float32, lo, hi int) bool { return false }

func Conv2D(y, x, w, bias []float32, s window.Window, filters int, relu bool) bool { return false }

func Conv2DGradInput(dx, dy, w []float32, s window.Window, filters int) bool { return false }

func Conv2DGradKernel(dw, x, dy []float32, s window.Window, filters int) bool { return false }
