package model

import (
	"slices"
	"sync"
)

// maxFree bounds the graphs that are kept for later. Each holds the memory of all its nodes, and a
// program that evaluates sets of many lengths would keep one for every length of the last batch.
//
// maxFreeBytes bounds their memory. The lecture's CNN keeps its two graphs for the validation, of 128 rows and of the
// remaining 16, which have 33 MB, but not those of training beside one that predicts.
const (
	maxFree      = 16
	maxFreeBytes = 48_000_000
)

// graphPool keeps graphs that nobody runs at the moment.
type graphPool struct {
	mu   sync.Mutex
	free []*Graph // the newest last
}

func (p *graphPool) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = nil
}

// put keeps the graph, and drops the oldest one if there are too many.
func (p *graphPool) put(g *Graph) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == maxFree {
		p.free = slices.Delete(p.free, 0, 1)
	}
	p.free = append(p.free, g)
}

// take removes the newest graph of the key from the pool. If there is none, it is nil, and the oldest graphs are
// dropped until one of that size may be built beside the others.
func (p *graphPool) take(key graphKey, bytes int) *Graph {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, g := range slices.Backward(p.free) {
		if g.key == key {
			p.free = slices.Delete(p.free, i, i+1)
			return g
		}
		bytes += g.bytes
	}
	for len(p.free) > 0 && bytes > maxFreeBytes {
		bytes -= p.free[0].bytes
		p.free = slices.Delete(p.free, 0, 1)
	}
	return nil
}

// graphOf gives a graph that nobody else runs, until it is returned by n.graphs.put.
func (n *Net) graphOf(key graphKey) (*Graph, error) {
	if g := n.graphs.take(key, n.graphBytes(key)); g != nil {
		return g, nil
	}
	return n.build(key)
}
