package ranks

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/kernel"
	"gorgonia-lectures/common/model"
)

// bucket is a range of the vector of all gradients, the last parameter's first, as the backward pass computes them:
// whole gradients or a piece of one. All ranks send the same buckets in the same order, whatever their shards become.
type bucket struct {
	lo, hi int
	params []int // whose gradients are in it, in falling order
	offset int   // of a piece within the gradient
}

// least returns the parameter whose gradient is computed last.
func (b *bucket) least() int { return b.params[len(b.params)-1] }

// bucketValues returns the largest number of values in a bucket, for a number of ranks. Of bucket sizes from 2^14 up,
// 2^17 was the fastest for two ranks of one machine that summed 3,156,098 float32. In a ring of n ranks a bucket is
// sent in n pieces: on a network of 10 Gbit/s a piece of 2^13 values, 32 KB, takes about as long as the latency, so
// smaller pieces would not be faster.
func bucketValues(ranks int) int {
	const least, piece, most = 1 << 17, 1 << 13, 1 << 24
	return min(max(least, piece*ranks), most)
}

// cut divides gradients of the given sizes into buckets of up to limit values.
func cut(sizes []int, limit int) []bucket {
	var list []bucket
	open := bucket{}
	flush := func() {
		if len(open.params) > 0 {
			list = append(list, open)
		}
		open = bucket{lo: open.hi, hi: open.hi}
	}
	for i := len(sizes) - 1; i >= 0; i-- {
		size := sizes[i]
		if open.hi-open.lo+size > limit {
			flush()
		}
		if size <= limit {
			open.hi += size
			open.params = append(open.params, i)
			continue
		}
		for at := 0; at < size; at += limit {
			open = bucket{lo: open.hi, hi: open.hi + min(limit, size-at), params: []int{i}, offset: at}
			flush()
		}
	}
	flush()
	return list
}

// vector has the gradients of the whole batch.
type vector interface {
	// reduce sums a bucket over all ranks, with this rank's gradients, or with zeros if params is nil. bad is an error
	// of the gradients, err one of the group.
	reduce(b *bucket, params []gorgonia.ValueGrad) (bad, err error)
}

// newVector makes the vector, and the tensors of the parameters' gradients in it.
func newVector(params []*model.Param, dtype tensor.Dtype, g Group, buckets []bucket) (vector, []*tensor.Dense) {
	if dtype == tensor.Float64 {
		return typedVector(params, buckets, g.Sum64, (*tensor.Dense).Float64s)
	}
	return typedVector(params, buckets, g.Sum32, (*tensor.Dense).Float32s)
}

func typedVector[T kernel.Float](params []*model.Param, buckets []bucket, sum func(sum, own []T) error,
	floats func(*tensor.Dense) []T) (vector, []*tensor.Dense) {
	total, longest := 0, 0
	for _, b := range buckets {
		total, longest = b.hi, max(longest, b.hi-b.lo)
	}
	v := &vectorOf[T]{kernel.Make[T](total), kernel.Make[T](longest), sum, floats}
	grads := make([]*tensor.Dense, len(params))
	end := total
	for i, p := range params {
		shape := p.Value.Shape()
		lo := end - shape.TotalSize()
		grads[i] = tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v.all[lo:end:end]))
		end = lo
	}
	return v, grads
}

type vectorOf[T kernel.Float] struct {
	all    []T
	own    []T // a bucket's small gradients, one after another, or zeros
	sum    func(sum, own []T) error
	floats func(*tensor.Dense) []T
}

func (v *vectorOf[T]) reduce(b *bucket, params []gorgonia.ValueGrad) (bad, err error) {
	values, bad := v.gather(b, params)
	return bad, v.sum(v.all[b.lo:b.hi], values)
}

// gather returns a bucket's values: a large gradient without a copy, and zeros without gradients and after an error.
func (v *vectorOf[T]) gather(b *bucket, params []gorgonia.ValueGrad) ([]T, error) {
	values := v.own[:b.hi-b.lo]
	clear(values)
	if params == nil {
		return values, nil
	}
	at := 0
	for _, i := range b.params {
		grad, err := v.gradient(params[i])
		if err != nil {
			return values, err
		}
		if len(b.params) == 1 {
			return grad[b.offset:][:b.hi-b.lo], nil
		}
		at += copy(values[at:], grad)
	}
	return values, nil
}

// gradient returns the gradient of a parameter, row-major.
func (v *vectorOf[T]) gradient(param gorgonia.ValueGrad) ([]T, error) {
	value, err := param.Grad()
	if err != nil {
		return nil, err
	}
	t, ok := value.(*tensor.Dense)
	if !ok {
		return nil, fmt.Errorf("a gradient is a %T, want a dense tensor", value)
	}
	if t.RequiresIterator() || t.DataOrder().IsColMajor() {
		return nil, fmt.Errorf("a gradient of shape %v is masked, transposed or a view with gaps, want plain rows", t.Shape())
	}
	return v.floats(t), nil
}
