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

// least is the parameter whose gradient is ready last.
func (b *bucket) least() int { return b.params[len(b.params)-1] }

// bucketValues is how many values a bucket has at most, for a number of ranks. Of bucket sizes from 2^14 up, 2^17 was
// the fastest for two ranks of one machine that summed 3,156,098 float32. In a ring of many ranks a bucket is sent in
// as many pieces as there are ranks: pieces of 2^13, 32 KB, take about as long on a network of 10 Gbit/s as its
// latency, so that smaller ones would take no less.
func bucketValues(ranks int) int {
	const least, piece, most = 1 << 17, 1 << 13, 1 << 24
	return min(max(least, piece*ranks), most)
}

// cut makes buckets of up to limit values of gradients of the given sizes.
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

// vector is the gradients of the whole batch.
type vector interface {
	// reduce sums a bucket over all ranks: of this rank's gradients, or of zeros without params. bad is an error of
	// these, err one of the group.
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

// gather gives a bucket's values: a large gradient from where it is, zeros without gradients and after an error.
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

// gradient is that of a parameter, row by row.
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
