package ranks

import (
	"cmp"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"gorgonia-lectures/common/model"
)

// reducer sums gradients over the ranks, on its own goroutine, so that the backward pass does not wait. Between
// machines it starts early, because the network does most of the work. On one machine, with a core for each rank, a
// step of the lecture's CNN took 37 ms with early sums and 29 ms with late ones.
type reducer struct {
	group   Group
	early   bool // send a bucket as soon as its gradients are computed
	buckets []bucket
	summed  vector
	params  []gorgonia.ValueGrad // the weights with the gradients of the whole batch

	computed []bool // by parameter: its gradient is computed
	from     int    // the gradients from this parameter on are all computed
	sent     int    // the number of this step's buckets that were queued

	statistics struct{ own, all []float64 } // of one layer, and the number of ranks that are still in the pass

	queue chan request
	idle  chan error // the group's error in the requests up to the newest stats
}

// request asks the goroutine that calls the group to sum a bucket, or stats.
type request struct {
	bucket *bucket
	params []gorgonia.ValueGrad // with this rank's gradients; nil: zeros

	statistics bool
	stats      *stats
	bad        *error // set to what is wrong with this rank's gradients
}

func newReducer(net *model.Net, g Group) *reducer {
	params := net.Trainable()
	sizes := make([]int, len(params))
	for i, p := range params {
		sizes[i] = p.Value.Shape().TotalSize()
	}
	statistics := net.Statistics()
	r := &reducer{group: g, early: g.Machines() > 1 && statistics == 0, buckets: cut(sizes, bucketValues(g.Size())),
		computed: make([]bool, len(params)), from: len(params)}
	r.queue, r.idle = make(chan request, len(r.buckets)+1), make(chan error)
	if statistics > 0 {
		r.statistics.own, r.statistics.all = make([]float64, statistics+1), make([]float64, statistics+1)
	}
	var grads []*tensor.Dense
	r.summed, grads = newVector(params, net.Config().Dtype, g, r.buckets)
	for i, p := range params {
		r.params = append(r.params, trained{p.Value, grads[i]})
	}
	go r.serve()
	return r
}

// trained is a parameter with the gradient by which the solver moves it.
type trained struct{ value, grad *tensor.Dense }

func (t trained) Value() gorgonia.Value         { return t.value }
func (t trained) Grad() (gorgonia.Value, error) { return t.grad, nil }

// serve calls the group for each request.
func (r *reducer) serve() {
	var bad, err error // of this rank's gradients, of the group
	for q := range r.queue {
		if q.bucket != nil {
			if err == nil {
				var wrong error
				wrong, err = r.summed.reduce(q.bucket, q.params)
				bad = cmp.Or(bad, wrong)
			}
			continue
		}
		if q.statistics {
			if err == nil {
				err = r.group.Sum64(r.statistics.all, r.statistics.own)
			}
			r.idle <- err
			continue
		}
		if bad != nil {
			q.stats.own[statFailed] = 1
		}
		if err == nil {
			err = r.group.Sum64(q.stats.all[:], q.stats.own[:])
		}
		*q.bad = bad
		r.idle <- err
		bad, err = nil, nil
	}
}

// reduce replaces statistics of this rank's shard by those of all shards. After an error of the group, which the next
// sum returns, they stay.
func (r *reducer) reduce(sums []float64) {
	last := len(r.statistics.own) - 1
	clear(r.statistics.own)
	copy(r.statistics.own, sums)
	r.statistics.own[last] = 1
	if r.sumStatistics() == nil {
		copy(sums, r.statistics.all)
	}
}

// endPass ends the sums of a pass: a rank whose pass failed or did not start adds zeros until no rank is in its pass.
func (r *reducer) endPass() {
	for last := len(r.statistics.own) - 1; last > 0; {
		clear(r.statistics.own)
		if r.sumStatistics() != nil || r.statistics.all[last] == 0 {
			return
		}
	}
}

func (r *reducer) sumStatistics() error {
	r.queue <- request{statistics: true}
	return <-r.idle
}

// ready reports that a gradient is computed.
func (r *reducer) ready(params []gorgonia.ValueGrad, index int) {
	if !r.early {
		return
	}
	r.computed[index] = true
	for r.from > 0 && r.computed[r.from-1] {
		r.from--
	}
	for r.sent < len(r.buckets) && r.buckets[r.sent].least() >= r.from {
		r.send(params)
	}
}

// send queues the next bucket.
func (r *reducer) send(params []gorgonia.ValueGrad) {
	r.queue <- request{bucket: &r.buckets[r.sent], params: params}
	r.sent++
}

// flush sends the remaining buckets of a step.
func (r *reducer) flush(params []gorgonia.ValueGrad) {
	for r.sent < len(r.buckets) {
		r.send(params)
	}
	r.sent, r.from = 0, len(r.computed)
	clear(r.computed)
}

// sum sums stats after all buckets of the step. bad is an error of this rank's gradients, err one of the group.
func (r *reducer) sum(s *stats) (bad, err error) {
	r.queue <- request{stats: s, bad: &bad}
	err = <-r.idle
	return bad, err
}

func (r *reducer) close() { close(r.queue) }
