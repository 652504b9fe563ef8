package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
)

// recorder is a ranks.Group of which this process is rank 0 and the others do not exist: it notes what the net sends
// and when, and the sums are left as they are. What the net learns by that means nothing. Fit calls it from one
// goroutine, and waits for that one before the end of each step.
type recorder struct {
	ranks int
	begin time.Time // of the step
	now   recorded
}

// recorded is one step.
type recorded struct {
	values   []int // of the messages
	ready    []time.Duration
	backward time.Duration
	total    time.Duration
}

func (r *recorder) Rank() int     { return 0 }
func (r *recorder) Size() int     { return r.ranks }
func (r *recorder) Machines() int { return r.ranks }

func (r *recorder) Sum32(_, own []float32) error {
	r.now.values = append(r.now.values, len(own))
	r.now.ready = append(r.now.ready, time.Since(r.begin))
	return nil
}

// Sum64 is called for what ends the step.
func (r *recorder) Sum64(sum, own []float64) error {
	r.now.backward = time.Since(r.begin)
	copy(sum, own)
	return nil
}

func (r *recorder) Broadcast([]float64) error { return nil }

func (r *recorder) Gather(own string) ([]string, error) {
	return slices.Repeat([]string{own}, r.ranks), nil
}

// next ends a step.
func (r *recorder) next() recorded {
	now := time.Now()
	done := r.now
	done.total = now.Sub(r.begin)
	r.begin, r.now = now, recorded{}
	return done
}

// messages are the numbers of float32 in the messages of one step on so many ranks: Fit's own.
func messages(net *model.Net, data dataset.Set, size int) ([]int, error) {
	if data.Len() < size {
		return nil, fmt.Errorf("%d rows, want one for each of %d ranks", data.Len(), size)
	}
	r := &recorder{ranks: size}
	var values []int
	_, err := net.Fit(context.Background(), data.First(size), model.Fit{Epochs: 1, Batch: size, Distribution: ranks.New(r),
		Callbacks: []model.Callback{{BatchEnd: func(model.Batch) error {
			values = r.next().values
			return nil
		}}}})
	return values, err
}

// pace measures a step of one rank with the rows of the lecture's program: the medians of at least so much time,
// after as much to warm up.
func pace(w bench.Work, data dataset.Set, within time.Duration) (step, error) {
	net, err := w.Compile()
	if err != nil {
		return step{}, err
	}
	r := &recorder{ranks: 2}
	batch := r.ranks * w.Batch
	var steps []recorded
	var first, begin time.Time
	const enough = 1 << 20
	_, err = net.Fit(context.Background(), data.First(data.Len()/batch*batch), model.Fit{Epochs: enough, Batch: batch, Distribution: ranks.New(r),
		Callbacks: []model.Callback{{BatchEnd: func(model.Batch) error {
			done := r.next()
			switch {
			case first.IsZero(): // it built the graph
				first = r.begin
			case begin.IsZero():
				if r.begin.Sub(first) >= within {
					begin = r.begin
				}
			default:
				steps = append(steps, done)
				if r.begin.Sub(begin) >= within {
					return model.ErrStop
				}
			}
			return nil
		}}}})
	if err != nil {
		return step{}, err
	}
	return medians(steps), nil
}

// medians is the step of which each time is the median of all.
func medians(steps []recorded) step {
	median := func(of func(recorded) time.Duration) float64 {
		var list bench.Samples
		for _, s := range steps {
			list = append(list, of(s).Seconds())
		}
		return list.Median()
	}
	s := step{
		backward: median(func(r recorded) time.Duration { return r.backward }),
		total:    median(func(r recorded) time.Duration { return r.total }),
	}
	end := 0
	for i, values := range steps[0].values {
		end += values
		s.gradients = append(s.gradients, message{end, median(func(r recorded) time.Duration { return r.ready[i] })})
	}
	return s
}
