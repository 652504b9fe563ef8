package main

import "slices"

// step is a training step of one rank as it would be if messages took no time.
type step struct {
	gradients []message // as the backward pass finishes them
	backward  float64   // seconds to its end
	total     float64   // seconds to the end of the step: the optimizer comes behind the last message
}

// message is a range of the vector of all gradients.
type message struct {
	end   int     // values up to the end of it
	ready float64 // seconds to when the last gradient in it is computed
}

// ready is when all of the vector's first values are computed.
func (s step) ready(end int) float64 {
	at := slices.IndexFunc(s.gradients, func(m message) bool { return m.end >= end })
	if at < 0 {
		return s.backward
	}
	return s.gradients[at].ready
}

// figureBytes is the sums of the loss and so on that end a step; see exchange.go of package model.
const figureBytes = 6 * 8

// apart is the seconds of a step in which messages of so many float32 go out behind the backward pass.
func (s step) apart(l link, ranks int, messages []int) float64 {
	if ranks == 1 {
		return s.total
	}
	t := s.total + l.doubling(ranks, figureBytes)
	for _, values := range messages {
		t += l.ring(ranks, 4*float64(values))
	}
	return t
}

// overlapped is the seconds of a step in which each message goes out as soon as its gradients are computed and the
// message before it has arrived, and takes nothing from the computation beside: no step can be shorter with these
// messages. The figures and the optimizer come behind the last.
func (s step) overlapped(l link, ranks int, messages []int) float64 {
	if ranks == 1 {
		return s.total
	}
	at, end := 0.0, 0
	for _, values := range messages {
		end += values
		at = max(at, s.ready(end)) + l.ring(ranks, 4*float64(values))
	}
	return max(at, s.backward) + l.doubling(ranks, figureBytes) + s.total - s.backward
}
