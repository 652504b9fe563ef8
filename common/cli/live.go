package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"gorgonia-lectures/common/cli/internal/flags"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/solver"
)

// openPage serves the page of -live, before training begins.
func (r *Run) openPage(ctx context.Context) error {
	if !r.live {
		return nil
	}
	page, err := live.Open(ctx, r.liveAddr)
	if err != nil {
		return fmt.Errorf("-live-addr %s: %s", shown(r.liveAddr), text.Message(err.Error())) // it names the host
	}
	r.page = page
	r.Printf("watch it at %s\n", r.address())
	if !page.Local() {
		r.Printf("anyone who can reach this machine over the network can watch, pause, stop and restart it too\n")
	}
	return nil
}

// address is that of the page. Not in English it begins in the language of the run.
func (r *Run) address() string {
	if r.Language == lang.English {
		return r.page.Address()
	}
	return r.page.Address() + "/?lang=" + r.Language.String()
}

// closePage ends the page, which shows how the run ended.
func (r *Run) closePage(ctx context.Context, err error, finished bool) error {
	if r.page == nil {
		return err
	}
	why := errors.Join(errors.Join(r.failures...), err)
	if !finished && !r.failed && ctx.Err() != nil && (err == nil || interrupted(ctx, err)) {
		why = errors.New("interrupted") // as the exit code says
	}
	return errors.Join(err, r.page.Close(why))
}

// again reports whether a visitor of the page wants another run, and prepares it. After a finished run it waits for
// one, or for an interrupt; so it does after a run that a visitor had started and that failed, maybe by his settings.
func (r *Run) again(ctx context.Context, finished bool, err error) bool {
	switch {
	case errors.Is(err, live.ErrAgain):
	case finished:
		r.Printf("done: the page stays at %s until you interrupt it (Ctrl-C)\n", r.address())
	case r.started && ctx.Err() == nil && r.screen.Err() == nil:
		r.failed = true
		r.page.Fail(errors.Join(errors.Join(r.failures...), err))
		r.Printf("failed: the page stays at %s until you interrupt it (Ctrl-C)\n", r.address())
	default:
		return false
	}
	for {
		if ctx.Err() != nil {
			return false
		}
		if settings, ok := r.page.Again(); ok {
			r.restart(settings)
			return true
		}
		select {
		case <-ctx.Done():
		case <-r.page.Broken():
			return false
		case <-r.page.Wanted():
		}
	}
}

// settings are the flags that a visitor of the page may change: none if there is nothing to train, if the net is that
// of a run that was interrupted, or if other ranks train too.
func (r *Run) settings() []live.Setting {
	if r.Epochs == 0 || r.resumed != nil || r.group != nil {
		return nil
	}
	var list []live.Setting
	own := r.net.Config().Solver
	for _, name := range r.set.Names {
		f := r.flags[slices.IndexFunc(r.flags, func(f flags.Setting) bool { return f.Name == name })]
		excluded := func(o flags.Setting) bool { return o.On() && (f.Excludes(o) || o.Excludes(f)) }
		if !f.OnPage || slices.ContainsFunc(r.flags, excluded) {
			continue
		}
		s := live.Setting{Name: name, Value: f.Text, Min: f.Low, Max: f.High}
		_, decimals := f.Value.(float64)
		s.Whole = !decimals
		switch name {
		case "optimizer":
			s.Value, s.Choices = cmp.Or(r.optimizer, solver.NameOf(own)), r.optimizers()
			if s.Value == "" { // that of the file of -load
				s.Choices = slices.Insert(s.Choices, 0, live.Choice{})
			}
		case "lr":
			rate := r.firstRate
			if of := solver.LearningRate(own); of != nil && r.LoadFrom != "" && r.optimizer == "" && !f.Given {
				rate = *of
			}
			s.Value = fmt.Sprint(rate)
		}
		list = append(list, s)
	}
	return list
}

// optimizers are those of -optimizer, each with the learning rate that it has without -lr, or in this program.
func (r *Run) optimizers() []live.Choice {
	var list []live.Choice
	for _, name := range solver.Names() {
		rate := solver.DefaultRate(name)
		if name == solver.NameOf(r.own) {
			rate = r.defaults.LearningRate
		}
		list = append(list, live.Choice{Name: name, With: map[string]string{"lr": fmt.Sprint(rate)}})
	}
	return list
}

// restart makes the run one that has not begun, with the settings of a visitor. Its files are those of the run before:
// the last one is kept.
func (r *Run) restart(settings map[string]string) {
	r.attempt, r.LearningRate, r.Curves, r.started = attempt{}, r.firstRate, nil, true
	if r.garbage != 0 {
		debug.SetGCPercent(r.garbage)
		r.garbage = 0
	}
	other := func(s live.Setting) bool { value, ok := settings[s.Name]; return ok && value != s.Value }
	fresh := slices.ContainsFunc(r.onPage, func(s live.Setting) bool { return s.Name == "optimizer" && other(s) })
	for _, s := range r.onPage {
		value, ok := settings[s.Name]
		if ok && (other(s) || s.Name == "lr" && fresh) { // another optimizer has the rate that the visitor saw
			r.unready = errors.Join(r.unready, r.set.Set(s.Name, value))
		}
	}
	r.flags = r.set.Settings()
	r.unready = errors.Join(r.unready, r.checkFlags(), r.scaleRate())
	r.Printf("started again on the page: %s\n", r.Command())
}
