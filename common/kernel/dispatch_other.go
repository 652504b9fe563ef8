//go:build !(amd64 || arm64) || purego

package kernel

// This build has no assembly: every kernel runs its plain loops, and nothing calls the functions named after assembly.

const hasAssembly = false

func detect() []Level { return []Level{PlainGo} }

func pause() {}

func (p *product[T]) fast() bool { return false }

type denseGradKernel struct{}

func (g *denseGradKernel) begin(x, dy []float32, m, k, n int) {}

func (g *denseGradKernel) rows(dw []float32, lo, hi int) {}

func wantedAssembly(dx, dy, w, x []float32, m, k, n int) bool { return false }

func (s *convolution[T]) fast() bool { return false }

func reluAssembly(y, x []float32) {}

func reluGradAssembly(dx, y, dy []float32) {}

func finiteAssembly(x []float32) bool { return false }

func divideAssembly(dst []float32, src []uint8, r, d float32) int { return 0 }

func scaleAssembly(dst []float32, src []uint8, scale float32) int { return 0 }

func dropoutAssembly(y, x []float32, w *dropoutWords) {}

func expAssembly(x []float64) {}

func maximaAssembly(y []float32, index []int32, x []float32, r poolRun) {}

func spreadAssembly(dx, dy []float32, index []int32, r poolRun) {}

func addRowsAssembly(sums, a []float32) {}

func stepAssembly(u *update[float32], w, m, v, g []float32) {}
