// Package rankstest has groups of ranks in one process, for tests of what trains together.
package rankstest

import (
	"fmt"
	"slices"
	"sync"
)

// Rank is one of a group: a ranks.Group, as if each rank were on a machine of its own. Its methods wait for all ranks.
type Rank struct {
	rank int
	all  *group
}

// group is what the ranks share: each adds its call, and the last one computes the results for all.
type group struct {
	size    int
	lock    sync.Mutex
	changed *sync.Cond
	calls   []call
	round   int
	err     error
}

// call is what a rank asks for.
type call struct {
	kind string
	work any
}

// New makes a group of size ranks.
func New(size int) []*Rank {
	g := &group{size: size}
	g.changed = sync.NewCond(&g.lock)
	list := make([]*Rank, size)
	for i := range list {
		list[i] = &Rank{i, g}
	}
	return list
}

// Run calls f for each rank of a new group, each on a goroutine of its own, and returns their errors.
func Run(size int, f func(r *Rank) error) []error {
	errs := make([]error, size)
	var wait sync.WaitGroup
	for i, r := range New(size) {
		wait.Go(func() { errs[i] = f(r) })
	}
	wait.Wait()
	return errs
}

func (r *Rank) Rank() int     { return r.rank }
func (r *Rank) Size() int     { return r.all.size }
func (r *Rank) Machines() int { return r.all.size }

func (r *Rank) Sum32(sum, own []float32) error {
	return collect(r, "sum32", pair[float32]{sum, own}, add)
}

func (r *Rank) Sum64(sum, own []float64) error {
	return collect(r, "sum64", pair[float64]{sum, own}, add)
}

func (r *Rank) Broadcast(values []float64) error {
	return collect(r, "broadcast", values, func(all [][]float64) error {
		for rank, values := range all[1:] {
			if len(values) != len(all[0]) {
				return fmt.Errorf("broadcast: rank %d has %d values, rank 0 %d", rank+1, len(values), len(all[0]))
			}
			copy(values, all[0])
		}
		return nil
	})
}

func (r *Rank) Gather(own string) ([]string, error) {
	strings := &gathered{own: own}
	err := collect(r, "gather", strings, func(all []*gathered) error {
		var list []string
		for _, g := range all {
			list = append(list, g.own)
		}
		for _, g := range all {
			g.all = slices.Clone(list)
		}
		return nil
	})
	return strings.all, err
}

type gathered struct {
	own string
	all []string
}

type pair[T float32 | float64] struct{ sum, own []T }

// add sums in the order of the ranks.
func add[T float32 | float64](all []pair[T]) error {
	for rank, p := range all {
		if len(p.own) != len(all[0].own) || len(p.sum) != len(p.own) {
			return fmt.Errorf("sum: rank %d has %d values for %d, rank 0 %d", rank, len(p.own), len(p.sum), len(all[0].own))
		}
	}
	for i := range all[0].own {
		var sum T
		for _, p := range all {
			sum += p.own[i]
		}
		for _, p := range all {
			p.sum[i] = sum
		}
	}
	return nil
}

// collect waits for all ranks; the last one that calls it does the work. If ranks ask for different things, this call
// and all later ones fail on each rank.
func collect[T any](r *Rank, kind string, work T, do func(all []T) error) error {
	g := r.all
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.err != nil {
		return g.err
	}
	if g.calls == nil {
		g.calls = make([]call, g.size)
	}
	g.calls[r.rank] = call{kind, work}
	round := g.round
	if slices.ContainsFunc(g.calls, func(c call) bool { return c.work == nil }) {
		for g.round == round {
			g.changed.Wait()
		}
		return g.err
	}
	all := make([]T, g.size)
	for rank, c := range g.calls {
		if c.kind != kind {
			g.err = fmt.Errorf("rank %d asks for a %s, rank %d for a %s", r.rank, kind, rank, c.kind)
			break
		}
		all[rank] = c.work.(T)
	}
	if g.err == nil {
		g.err = do(all)
	}
	g.calls = nil
	g.round++
	g.changed.Broadcast()
	return g.err
}
