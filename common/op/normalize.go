package op

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
)

// BatchNormalization adds y = (x-mean)/√(variance+epsilon)·gamma + beta along the last axis of x (rows, ..., n), with
// the mean and the biased variance of x itself. gamma and beta are (n) or nil. The gradients go through the mean and
// the variance: S. Ioffe and C. Szegedy, Batch Normalization, 2015, section 3.
//
// If x is a shard of the batch, the statistics are those of the whole batch.
//
// newMean and newVariance, (n), are the new moving statistics, moving·momentum + batch·(1-momentum). They have no
// gradient.
func BatchNormalization(x, gamma, beta, movingMean, movingVariance *gorgonia.Node, momentum, epsilon float64,
	batch Batch) (y, newMean, newVariance *gorgonia.Node, err error) {
	const name = "BatchNormalization"
	if err := checkColumns(name, x, gamma, beta, movingMean, movingVariance); err != nil {
		return nil, nil, nil, err
	}
	y, err = typed(name, x,
		func() (y *gorgonia.Node, err error) {
			y, newMean, newVariance, err = batchNormalization[float32](x, gamma, beta, movingMean, movingVariance,
				momentum, epsilon, batch)
			return y, err
		},
		func() (y *gorgonia.Node, err error) {
			y, newMean, newVariance, err = batchNormalization[float64](x, gamma, beta, movingMean, movingVariance,
				momentum, epsilon, batch)
			return y, err
		})
	return y, newMean, newVariance, err
}

// Batch describes the batch of which x is a shard. The zero Batch means that x is the whole batch.
type Batch struct {
	Rows   int                  // of all shards
	Reduce func(sums []float64) // adds the sums of the other shards; called in each run, in the same order on all ranks
}

// Normalization is BatchNormalization with a given mean and variance, both (n). It has gradients with respect to x,
// gamma and beta only.
func Normalization(x, gamma, beta, mean, variance *gorgonia.Node, epsilon float64) (*gorgonia.Node, error) {
	const name = "Normalization"
	if err := checkColumns(name, x, gamma, beta, mean, variance); err != nil {
		return nil, err
	}
	return typed(name, x,
		func() (*gorgonia.Node, error) { return normalization[float32](x, gamma, beta, mean, variance, epsilon) },
		func() (*gorgonia.Node, error) { return normalization[float64](x, gamma, beta, mean, variance, epsilon) })
}

func checkColumns(name string, x *gorgonia.Node, columns ...*gorgonia.Node) error {
	if x.Dims() < 2 {
		return fmt.Errorf("%s: x %v, want (rows, ...) with at least two axes", name, x.Shape())
	}
	_, n := flat(x.Shape())
	for i, c := range columns {
		if c != nil && (c.Dims() != 1 || c.Shape()[0] != n) {
			return fmt.Errorf("%s: %s %v, want (%d)", name,
				[...]string{"gamma", "beta", "mean", "variance"}[i], c.Shape(), n)
		}
	}
	return nil
}

// moments has the statistics of the columns in the newest forward run, for the gradients.
type moments[T kernel.Float] struct {
	rows, cols, all         int  // all: rows of the whole batch; rows of images are their pixels
	gamma, beta             bool // whether they are inputs, after x
	mean, variance          []T
	inverse, factor, shift  []T // 1/√(variance+epsilon); that times gamma; beta
	zeros, meanGrad, slopes []T
	work, totals            []float64 // totals: the sums of the gradients over the whole batch
}

func newMoments[T kernel.Float](x, gamma, beta *gorgonia.Node) *moments[T] {
	m := &moments[T]{gamma: gamma != nil, beta: beta != nil}
	m.rows, m.cols = flat(x.Shape())
	m.all = m.rows
	m.totals = make([]float64, 2*m.cols)
	for _, s := range []*[]T{&m.mean, &m.variance, &m.inverse, &m.factor, &m.shift, &m.zeros, &m.meanGrad, &m.slopes} {
		*s = make([]T, m.cols)
	}
	return m
}

// inputs returns x, and gamma and beta unless they are nil.
func (m *moments[T]) inputs(x, gamma, beta *gorgonia.Node) gorgonia.Nodes {
	nodes := gorgonia.Nodes{x}
	for _, n := range []*gorgonia.Node{gamma, beta} {
		if n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// forward computes y from x, gamma and beta, with the mean and the variance that are set.
func (m *moments[T]) forward(y []T, v [][]T, epsilon float64) {
	kernel.InverseDeviation(m.inverse, m.variance, epsilon)
	copy(m.factor, m.inverse)
	if m.gamma {
		for j, g := range v[1] {
			m.factor[j] *= g
		}
	}
	if m.beta {
		copy(m.shift, v[len(v)-1])
	}
	kernel.Normalize(y, v[0], m.mean, m.factor, m.shift, m.rows, m.cols)
}

// scratch returns a slice that is allocated in the first run.
func (m *moments[T]) scratch() []float64 {
	if m.work == nil {
		m.work = make([]float64, kernel.MomentsWork(m.rows, m.cols))
	}
	return m.work
}

// gradients adds the gradients of x, gamma and beta. dx computes that of x from x, dy and the totals, to which reduce
// adds those of the other shards.
func (m *moments[T]) gradients(name string, x, y, dy *gorgonia.Node, reduce func([]float64), dx func(dx, x, dy []T)) (
	gorgonia.Nodes, error) {
	// y is an input only so that the forward run comes first
	sums, err := apply(&function[T]{
		name:  name + ".sums",
		shape: tensor.Shape{2, m.cols},
		run: func(sums []T, v [][]T) {
			kernel.NormalizeSums(sums, v[0], v[2], m.mean, m.inverse, m.scratch(), m.rows, m.cols)
			for j, v := range sums {
				m.totals[j] = float64(v)
			}
			if reduce != nil {
				reduce(m.totals)
			}
		},
	}, x, y, dy)
	if err != nil {
		return nil, err
	}
	node, err := apply(&function[T]{
		name:  name + ".dx",
		shape: x.Shape(),
		run:   func(out []T, v [][]T) { dx(out, v[0], v[1]) },
	}, x, dy, sums) // sums is an input only so that the totals come first
	grads := gorgonia.Nodes{node}
	for i, there := range []bool{m.gamma, m.beta} {
		if !there || err != nil {
			continue
		}
		first := (1 - i) * m.cols // the sums for beta come first
		node, err = apply(&function[T]{
			name:  name + [...]string{".dgamma", ".dbeta"}[i],
			shape: tensor.Shape{m.cols},
			run:   func(out []T, v [][]T) { copy(out, v[0][first:]) },
		}, sums)
		grads = append(grads, node)
	}
	return grads, err
}

func batchNormalization[T kernel.Float](x, gamma, beta, movingMean, movingVariance *gorgonia.Node,
	momentum, epsilon float64, batch Batch) (y, newMean, newVariance *gorgonia.Node, err error) {
	const name = "BatchNormalization"
	m := newMoments[T](x, gamma, beta)
	if batch.Reduce != nil {
		m.all = m.rows / x.Shape()[0] * batch.Rows
	}
	y, err = apply(&function[T]{
		name:  name,
		shape: x.Shape(),
		run: func(y []T, v [][]T) {
			kernel.Moments(m.mean, m.variance, v[0], m.scratch(), m.rows, m.cols, batch.Reduce, m.all)
			m.forward(y, v, epsilon)
		},
		diff: func(n gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			return m.gradients(name, n[0], y, dy, batch.Reduce, func(dx, x, dy []T) {
				for j := range m.cols {
					m.meanGrad[j] = T(m.totals[j] / float64(m.all))
					m.slopes[j] = T(m.totals[m.cols+j]/float64(m.all)) * m.inverse[j] * m.factor[j]
				}
				kernel.NormalizeGrad(dx, x, dy, m.mean, m.factor, m.meanGrad, m.slopes, m.rows, m.cols)
			})
		},
	}, m.inputs(x, gamma, beta)...)
	if err != nil {
		return nil, nil, nil, err
	}
	if newMean, err = moved(name+".mean", movingMean, y, m.mean, momentum); err != nil {
		return nil, nil, nil, err
	}
	newVariance, err = moved(name+".variance", movingVariance, y, m.variance, momentum)
	return y, newMean, newVariance, err
}

// moved adds moving·momentum + batch·(1-momentum), after the run of y has computed batch.
func moved[T kernel.Float](name string, moving, y *gorgonia.Node, batch []T, momentum float64) (*gorgonia.Node, error) {
	return apply(&function[T]{
		name:  name,
		shape: moving.Shape(),
		run: func(out []T, v [][]T) {
			for j, old := range v[0] {
				out[j] = T(old*T(momentum)) + T(batch[j]*T(1-momentum))
			}
		},
	}, moving, y)
}

func normalization[T kernel.Float](x, gamma, beta, mean, variance *gorgonia.Node, epsilon float64) (
	*gorgonia.Node, error) {
	const name = "Normalization"
	m := newMoments[T](x, gamma, beta)
	inputs := m.inputs(x, gamma, beta)
	n := len(inputs)
	wrt := make([]bool, n+2)
	for i := range n {
		wrt[i] = true
	}
	return apply(&function[T]{
		name:  name,
		shape: x.Shape(),
		wrt:   wrt,
		run: func(y []T, v [][]T) {
			copy(m.mean, v[n])
			copy(m.variance, v[n+1])
			m.forward(y, v[:n], epsilon)
		},
		diff: func(in gorgonia.Nodes, y, dy *gorgonia.Node) (gorgonia.Nodes, error) {
			grads, err := m.gradients(name, in[0], y, dy, nil, func(dx, _, dy []T) {
				kernel.Normalize(dx, dy, m.zeros, m.factor, m.zeros, m.rows, m.cols)
			})
			return append(grads, nil, nil), err
		},
	}, append(inputs, mean, variance)...)
}
