package main

import (
	"slices"

	"gorgonia-lectures/common/bench"
)

// summary is what all rounds of one form gave. What a form does not have is empty.
type summary struct {
	Form string
	Kind kind

	Step    bench.Samples // microseconds: XOR
	Epoch   bench.Samples // seconds with validation: iris, MLP, CNN
	Train   bench.Samples // seconds of an epoch without validation: MLP, CNN
	Process bench.Samples // seconds of the whole process: XOR, iris
	Begin   bench.Samples // seconds from the start of the process to the first step
	Done    bench.Samples // the same to the end of the first step, compilation included
	Peak    bench.Samples // megabytes
	Rate    bench.Samples // operations a second of the product
	Adam    map[string]bench.Samples
	Triad   map[string]bench.Samples
	Error   string
}

// stepsPerEpoch are those of 4 rows, 120 flowers and 60,000 digits.
var stepsPerEpoch = map[string]float64{"xor": 4, "iris": 4, "mlp": 600, "cnn": 1875}

// testDigits is the number of rows of a validation.
const testDigits = 10000

// productFLOPs is the operations of the matrix product of 1024 rows.
const productFLOPs = 2 * 1024 * 1024 * 1024

// summaries of a work: the peers, stock Gorgonia and this suite, each in the order of the first round.
func (r *report) summaries(work string) []*summary {
	var list []*summary
	for _, m := range r.Measurements {
		if m.Work != work {
			continue
		}
		at := slices.IndexFunc(list, func(s *summary) bool { return s.Form == m.Form })
		if at < 0 {
			at = len(list)
			list = append(list, &summary{Form: m.Form, Kind: m.Kind, Adam: map[string]bench.Samples{}, Triad: map[string]bench.Samples{}})
		}
		list[at].add(m)
	}
	order := []kind{peer, plain, ours}
	slices.SortStableFunc(list, func(a, b *summary) int {
		return slices.Index(order, a.Kind) - slices.Index(order, b.Kind)
	})
	return list
}

// add takes one measurement. Of one that failed only the error counts.
func (s *summary) add(m measurement) {
	if m.Error != "" {
		s.Error = m.Error
		return
	}
	s.Peak = append(s.Peak, m.PeakMB)
	process, train := m.Process, 0.0
	for _, e := range m.Events {
		switch {
		case e.At == "first step begins":
			s.Begin = append(s.Begin, e.Unix-m.Start)
		case e.At == "first step done":
			s.Done = append(s.Done, e.Unix-m.Start)
		case e.Timed == "epochs":
			epoch := e.Seconds / float64(e.Epochs)
			s.Epoch = append(s.Epoch, epoch)
			s.Step = append(s.Step, 1e6*epoch/stepsPerEpoch[m.Work])
			process += epoch * missingEpochs(m, e)
		case e.Timed == "train":
			train = e.Seconds / float64(e.Steps) * stepsPerEpoch[m.Work]
			s.Train = append(s.Train, train)
		case e.Timed == "validation":
			s.Epoch = append(s.Epoch, train+e.Seconds/float64(e.Rows)*testDigits)
		case e.Timed == "product":
			s.Rate = append(s.Rate, productFLOPs*float64(e.Steps)/e.Seconds)
		case e.Timed == "adam":
			s.Adam[e.Where] = append(s.Adam[e.Where], e.Adam)
			s.Triad[e.Where] = append(s.Triad[e.Where], e.Triad)
		}
	}
	s.Process = append(s.Process, process)
}

// missingEpochs is how many epochs of the lecture's the measured process did not train. The first
// one is not timed, but it is trained.
func missingEpochs(m measurement, e event) float64 {
	if m.Kind != peer {
		return 0 // the program trains all
	}
	w, err := bench.WorkNamed(m.Work)
	if err != nil {
		return 0
	}
	return float64(max(0, w.Epochs-e.Epochs-1))
}

// fastest is the peer with the least figure, nil if no peer has one.
func fastest(list []*summary, figure func(*summary) bench.Samples) *summary {
	var best *summary
	for _, s := range list {
		if s.Kind != peer || len(figure(s)) == 0 {
			continue
		}
		if best == nil || figure(s).Least() < figure(best).Least() {
			best = s
		}
	}
	return best
}

func named(list []*summary, form string) *summary {
	for _, s := range list {
		if s.Form == form {
			return s
		}
	}
	return nil
}

// The figures that forms are compared by.
func step(s *summary) bench.Samples    { return s.Step }
func epoch(s *summary) bench.Samples   { return s.Epoch }
func train(s *summary) bench.Samples   { return s.Train }
func process(s *summary) bench.Samples { return s.Process }
func begin(s *summary) bench.Samples   { return s.Begin }
func done(s *summary) bench.Samples    { return s.Done }
func peak(s *summary) bench.Samples    { return s.Peak }
