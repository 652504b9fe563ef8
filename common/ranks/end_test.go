package ranks_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
)

// calls counts the calls of a rank's callbacks.
type calls struct{ batches, epochs, ends, interrupted int }

func (c *calls) callback() model.Callback {
	return model.Callback{
		BatchEnd:    func(model.Batch) error { c.batches++; return nil },
		EpochEnd:    func(model.Epoch) error { c.epochs++; return nil },
		TrainEnd:    func(*model.History) error { c.ends++; return nil },
		Interrupted: func(*model.History) error { c.interrupted++; return nil },
	}
}

// after calls give after one step; batch 0: after the epoch.
func after(epoch, batch int, give func() error) model.Callback {
	return model.Callback{
		BatchEnd: func(b model.Batch) error {
			if b.Epoch == epoch && b.Batch == batch {
				return give()
			}
			return nil
		},
		EpochEnd: func(e model.Epoch) error {
			if e.Epoch == epoch && batch == 0 {
				return give()
			}
			return nil
		},
	}
}

// An ErrStop or another error of one rank ends all after the same step: one of BatchEnd after the next step, unless it
// is the epoch's last. All return the error, which names the rank.
func TestOneRankEndsAll(t *testing.T) {
	full := errors.New("disk is full")
	for _, c := range []struct {
		name string
		hook model.Callback
		want calls // of an error; TrainEnd is not called then
		in   string
	}{
		{"TrainBegin", model.Callback{TrainBegin: func(model.Run) error { return full }}, calls{}, ""},
		{"EpochEnd", after(2, 0, func() error { return full }), calls{batches: 10, epochs: 2}, ""},
		{"BatchEnd", after(2, 2, func() error { return full }), calls{batches: 8, epochs: 1}, "epoch 2, batch 3: "},
		{"BatchEnd of the last but one step", after(2, 4, func() error { return full }), calls{batches: 10, epochs: 1}, "epoch 2, batch 5: "},
		{"BatchEnd of the last step", after(2, 5, func() error { return full }), calls{batches: 10, epochs: 1}, ""},
		{"ValidationBatch", model.Callback{ValidationBatch: func(int, *tensor.Dense) error { return full }}, calls{batches: 5}, "epoch 1, validation: "},
	} {
		for _, stop := range []bool{false, true} {
			for _, by := range []int{0, 1, 2} {
				t.Run(fmt.Sprintf("%s of rank %d, ErrStop %t", c.name, by, stop), func(t *testing.T) {
					called := make([]calls, 3)
					hook := c.hook
					want := c.want
					if stop {
						hook, want.ends = stopping(c.hook), 1
					} else if c.in != "" && c.hook.BatchEnd != nil {
						want.batches-- // a step that ends with an error is none
					}
					if stop && c.hook.ValidationBatch != nil {
						return // ValidationBatch has no ErrStop
					}
					build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Seed: 7}) }
					all := together(t, 3, build, nets.Digits(t, 33), model.Fit{Epochs: 4, Batch: 8, Validation: nets.Digits(t, 9)}, func(rank int, m *member) {
						m.fit.Callbacks = []model.Callback{called[rank].callback()}
						if rank == by {
							m.fit.Callbacks = append(m.fit.Callbacks, hook)
						}
					})
					for rank, m := range all {
						if called[rank] != want {
							t.Errorf("rank %d called %+v, want %+v", rank, called[rank], want)
						}
						if nets.Furthest(m.net.Weights(), all[0].net.Weights()) != 0 {
							t.Errorf("rank %d has other weights than rank 0", rank)
						}
						if stop {
							if m.err != nil {
								t.Errorf("rank %d: %v, want no error", rank, m.err)
							}
							continue
						}
						known := new(ranks.RankError)
						if !errors.As(m.err, &known) || known.Rank != by || known.Text != full.Error() || !strings.HasPrefix(m.err.Error(), c.in) {
							t.Errorf("rank %d: %v, want a RankError of rank %d, in %s", rank, m.err, by, c.in)
						}
						if errors.Is(m.err, full) != (rank == by) {
							t.Errorf("rank %d: the error of rank %d is it itself: %t", rank, by, errors.Is(m.err, full))
						}
					}
				})
			}
		}
	}
}

// stopping returns ErrStop for each error of the hook.
func stopping(hook model.Callback) model.Callback {
	stop := func(err error) error {
		if err != nil {
			return fmt.Errorf("enough: %w", model.ErrStop)
		}
		return nil
	}
	c := model.Callback{}
	if hook.TrainBegin != nil {
		c.TrainBegin = func(r model.Run) error { return stop(hook.TrainBegin(r)) }
	}
	if hook.BatchEnd != nil {
		c.BatchEnd = func(b model.Batch) error { return stop(hook.BatchEnd(b)) }
	}
	if hook.EpochEnd != nil {
		c.EpochEnd = func(e model.Epoch) error { return stop(hook.EpochEnd(e)) }
	}
	return c
}

// If the context of one rank is cancelled, all end after the same step, the others with ErrInterrupted. Resumed, they
// end as a run that was not interrupted.
func TestInterruptedRank(t *testing.T) {
	data, how := nets.Digits(t, 33), model.Fit{Epochs: 3, Batch: 8, Validation: nets.Digits(t, 300)}
	build := func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Seed: 7}) }
	whole := together(t, 3, build, data, how, nil)
	for _, by := range []int{0, 1} {
		if testing.Short() && by == 0 {
			continue
		}
		for _, c := range []struct {
			name string
			hook func(stop func()) model.Callback
		}{
			{"step", func(stop func()) model.Callback { return after(2, 3, func() error { stop(); return nil }) }},
			{"last step", func(stop func()) model.Callback { return after(2, 5, func() error { stop(); return nil }) }},
			{"step, with an ErrStop in the next", func(stop func()) model.Callback {
				return model.Callback{BatchEnd: func(b model.Batch) error {
					if b.Epoch == 2 && b.Batch == 3 {
						stop()
					}
					if b.Epoch == 2 && b.Batch == 4 {
						return model.ErrStop
					}
					return nil
				}}
			}},
			{"before", func(stop func()) model.Callback {
				return model.Callback{TrainBegin: func(model.Run) error { stop(); return nil }}
			}},
			{"validation", func(stop func()) model.Callback {
				return model.Callback{ValidationBatch: func(int, *tensor.Dense) error { stop(); return context.Canceled }}
			}},
			{"callback", func(stop func()) model.Callback {
				return after(2, 0, func() error { stop(); return context.Canceled })
			}},
		} {
			t.Run(fmt.Sprintf("%s of rank %d", c.name, by), func(t *testing.T) {
				states, called := make([]model.State, 3), make([]calls, 3)
				all := together(t, 3, build, data, how, func(rank int, m *member) {
					m.fit.Callbacks = []model.Callback{called[rank].callback(), {Interrupted: func(*model.History) (err error) {
						states[rank], err = m.net.State()
						return err
					}}}
					if rank == by {
						ctx, stop := context.WithCancel(m.ctx)
						m.ctx = ctx
						m.fit.Callbacks = append(m.fit.Callbacks, c.hook(stop))
					}
				})
				for rank, m := range all {
					if got := errors.Is(m.err, context.Canceled); got != (rank == by) || errors.Is(m.err, model.ErrInterrupted) == got {
						t.Errorf("rank %d: %v, want its own end on rank %d, ErrInterrupted on the others", rank, m.err, by)
					}
					if called[rank].interrupted != 1 || called[rank].ends != 0 || called[rank].batches != called[0].batches {
						t.Errorf("rank %d called %+v, rank 0 %+v", rank, called[rank], called[0])
					}
					if got, want := timeless(states[rank]), timeless(states[0]); !reflect.DeepEqual(got, want) {
						t.Errorf("rank %d: another state than rank 0's: %+v, want %+v", rank, got.Run, want.Run)
					}
				}
				again := together(t, 3, func() *model.Net { return nets.Compile(t, nets.CNN(), model.Config{Start: &states[0]}) }, data, how, nil)
				for rank, m := range again {
					if m.err != nil || nets.Furthest(m.net.Weights(), whole[0].net.Weights()) != 0 {
						t.Errorf("rank %d resumes to another end: %v", rank, m.err)
					}
				}
			})
		}
	}
}

// timeless is a state without what a clock measured.
func timeless(s model.State) model.State {
	if s.Run == nil {
		return s
	}
	run := *s.Run
	run.Seconds = 0
	run.Epochs = append([]model.Epoch(nil), run.Epochs...)
	for i := range run.Epochs {
		run.Epochs[i].Seconds = 0
	}
	s.Run = &run
	return s
}
