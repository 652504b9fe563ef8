package live

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// Setting is a setting of the run that a visitor may change before it starts again: a number from Min to Max, or one of
// Choices.
type Setting struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"` // of the present run
	Min     float64  `json:"min"`
	Max     float64  `json:"max"`
	Whole   bool     `json:"whole"`
	Choices []Choice `json:"choices,omitempty"`
}

// Choice is a value of a Setting. With has, by name, the values that other settings usually have with it: the page
// proposes them.
type Choice struct {
	Name string            `json:"name"`
	With map[string]string `json:"with,omitempty"`
}

// check returns an error for a value that the setting cannot have.
func (s Setting) check(value string) error {
	if s.Choices != nil {
		var names []string
		for _, c := range s.Choices {
			names = append(names, c.Name)
		}
		if !slices.Contains(names, value) {
			return fmt.Errorf("%s %s: want %s", s.Name, text.Brief(value), strings.Join(names, ", "))
		}
		return nil
	}
	x, err := strconv.ParseFloat(value, 64)
	kind := "a number"
	if s.Whole {
		var n int64
		n, err = strconv.ParseInt(value, 10, 64)
		x, kind = float64(n), "a whole number"
	}
	if err != nil || !(x >= s.Min && x <= s.Max) {
		plain := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
		return fmt.Errorf("%s %s: want %s from %s to %s", s.Name, text.Brief(value), kind, plain(s.Min), plain(s.Max))
	}
	return nil
}

// ErrAgain is the error of a Fit that ends because a visitor has started the run again. Page.Again has the settings.
var ErrAgain = errors.New("a visitor has started the run again")

// lateError is the error for an order that comes too late: another one has changed the run.
type lateError struct{ why string }

func (e *lateError) Error() string { return e.why }

// start obeys the order to start the run again. The order names the run that it replaces. If two visitors start again
// at once, the second order is refused, because its sender has not seen the settings of the first.
func (p *progress) start(o order) error {
	switch {
	case p.settings == nil:
		return errors.New("this run cannot start again from the page: start it from the shell")
	case p.pending != nil || p.restarting:
		return &lateError{"the run is starting again: wait until it trains"}
	case o.Run != p.number:
		return &lateError{"another visitor has started the run again: look at its settings, then start again"}
	case p.stop && p.state == training:
		return &lateError{"the run stops after this epoch and is saved: wait until it has stopped"}
	}
	for name, value := range o.Settings {
		i := slices.IndexFunc(p.settings, func(s Setting) bool { return s.Name == name })
		if i < 0 {
			return fmt.Errorf("no setting %s: want one of the page's", text.Brief(name))
		}
		if err := p.settings[i].check(value); err != nil {
			return err
		}
	}
	p.pending = map[string]string{}
	maps.Copy(p.pending, o.Settings)
	p.number++
	p.restarting, p.paused = true, false
	signal(p.wanted)
	return nil
}

// Wanted returns a channel that receives an entry when a visitor starts the run again.
func (p *Page) Wanted() <-chan struct{} { return p.progress.wanted }

// Again returns the settings, by name, with which a visitor has started the run again; ok is false if none has. After
// that the page waits for the net of the next run, for which the program calls Show.
func (p *Page) Again() (settings map[string]string, ok bool) {
	q := &p.progress
	q.lock.Lock()
	defer q.lock.Unlock()
	if q.pending == nil {
		return nil, false
	}
	settings, q.pending = q.pending, nil
	q.clear()
	q.state, q.message, q.stop, q.paused, q.reading = waiting, "", false, false, show.Reading{}
	return settings, true
}

// Fail shows that the run has failed with the error why. The page stays open, so that a visitor may start the run
// again.
func (p *Page) Fail(why error) {
	p.progress.fail(why)
	p.publishStatus()
}

// clear removes the progress of an earlier run, but keeps its reading.
func (p *progress) clear() {
	p.run, p.batch, p.epoch, p.before = model.Run{}, model.Batch{}, model.Epoch{}, 0
	p.epochs = history{version: p.epochs.version + 1}
	p.steps = trace{version: p.steps.version + 1} // so that no picture of an earlier run counts as current
	p.filling, p.held = show.Reading{}, false
	p.sinceSteps = 0
}

// widened returns the setting with its range widened to its value: the command line may have given one outside it.
func (s Setting) widened() Setting {
	if x, err := strconv.ParseFloat(s.Value, 64); err == nil && s.Choices == nil && !math.IsInf(x, 0) {
		s.Min, s.Max = min(s.Min, x), max(s.Max, x)
	}
	return s
}
