//go:build !amd64 || purego

package kernel

// There is no assembly in this build: every kernel runs its plain loops.

func (p *product[T]) fast() bool { return false }

func (s *convolution[T]) fast(convolutionKind) bool { return false }
