package ranks_test

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/ranks"
	"gorgonia-lectures/common/ranks/rankstest"
)

// member is one rank and its Fit, which a test may change before it begins.
type member struct {
	ctx  context.Context
	net  *model.Net
	data dataset.Data
	fit  model.Fit
	wrap func(ranks.Group) ranks.Group // of the rank's group; nil: as it is

	history *model.History
	err     error
}

// together fits the nets of build, one on each rank. Ranks that wait for each other for ever fail the test.
func together(t *testing.T, size int, build func() *model.Net, data dataset.Data, how model.Fit, change func(rank int, m *member)) []*member {
	t.Helper()
	all := make([]*member, size)
	for rank := range all {
		all[rank] = &member{ctx: t.Context(), net: build(), data: data, fit: how}
		if change != nil {
			change(rank, all[rank])
		}
	}
	var left atomic.Int32
	left.Store(int32(size))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		rankstest.Run(size, func(r *rankstest.Rank) error {
			m := all[r.Rank()]
			var group ranks.Group = r
			if m.wrap != nil {
				group = m.wrap(r)
			}
			m.fit.Distribution = ranks.New(group)
			m.history, m.err = m.net.Fit(m.ctx, m.data, m.fit)
			left.Add(-1)
			return nil
		})
	}()
	select {
	case <-ended:
	case <-time.After(2 * time.Minute):
		t.Fatalf("%d of %d ranks wait for ever", left.Load(), size)
	}
	return all
}

// asOne fails unless all ranks have the same bits, and within the tolerance the history and weights of one alone.
func asOne(t *testing.T, all []*member, alone *model.Net, history *model.History, tolerance float64) {
	t.Helper()
	for rank, m := range all {
		if m.err != nil {
			t.Fatalf("rank %d: %v", rank, m.err)
		}
		if d := nets.Furthest(m.net.Weights(), all[0].net.Weights()); d != 0 {
			t.Errorf("rank %d: a weight is %g away from rank 0, want the same bits", rank, d)
		}
		if d := nets.Furthest(m.net.Weights(), alone.Weights()); !(d <= tolerance) {
			t.Errorf("rank %d: a weight is %g away, want %g", rank, d, tolerance)
		}
		if len(m.history.Epochs) != len(history.Epochs) {
			t.Fatalf("rank %d: %d epochs, want %d", rank, len(m.history.Epochs), len(history.Epochs))
		}
		for i, e := range m.history.Epochs {
			w := history.Epochs[i]
			if math.Abs(e.Loss-w.Loss) > tolerance || e.Accuracy != w.Accuracy ||
				math.Abs(e.ValLoss-w.ValLoss) > tolerance || e.ValAccuracy != w.ValAccuracy {
				t.Errorf("rank %d: %v, want %v", rank, e, w)
			}
			if o := all[0].history.Epochs[i]; e.Loss != o.Loss || e.ValLoss != o.ValLoss {
				t.Errorf("rank %d: %v, rank 0 %v, want the same bits", rank, e, o)
			}
		}
	}
}

// wantRankError wants one RankError on all ranks, with these facts.
func wantRankError(t *testing.T, all []*member, facts ...string) {
	t.Helper()
	for rank, m := range all {
		if known := new(ranks.RankError); !errors.As(m.err, &known) || m.err.Error() != all[0].err.Error() {
			t.Fatalf("rank %d: %v (%T), want a RankError, that of rank 0: %v", rank, m.err, m.err, all[0].err)
		}
	}
	wording.Check(t, all[0].err, facts...)
}
