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

// Setting is what a visitor may change before the run starts again: a number from Min to Max, or one of Choices.
type Setting struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"` // of the run
	Min     float64  `json:"min"`
	Max     float64  `json:"max"`
	Whole   bool     `json:"whole"`
	Choices []Choice `json:"choices,omitempty"`
}

// Choice is a value of a Setting. Other settings usually have the values of With with it.
type Choice struct {
	Name string            `json:"name"`
	With map[string]string `json:"with,omitempty"`
}

// check is an error for a value that the setting cannot have.
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

// ErrAgain ends a Fit because a visitor has started the run again: Page.Again has the settings.
var ErrAgain = errors.New("a visitor has started the run again")

// lateError refuses an order that another one has overtaken.
type lateError struct{ why string }

func (e *lateError) Error() string { return e.why }

// start is the order to start the run again. The order names the run that it replaces: of two visitors who start again
// at once, the second one has not seen the settings of the first.
func (p *progress) start(o order) error {
	switch {
	case p.settings == nil:
		return errors.New("this run cannot start again: start it from the shell")
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
			return fmt.Errorf("no setting %s", text.Brief(name))
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

// Wanted has an entry when a visitor has started the run again.
func (p *Page) Wanted() <-chan struct{} { return p.progress.wanted }

// Again gives the settings with which a visitor has started the run again, by name; false: nobody has. From then on
// the page is that of the next run, whose net it gets by Show.
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

// Fail shows that the run has failed, while the page stays: a visitor may start it again.
func (p *Page) Fail(why error) {
	p.progress.fail(why)
	p.publishStatus()
}

// clear forgets what an earlier run has done, but for what it read.
func (p *progress) clear() {
	p.run, p.batch, p.epoch, p.before = model.Run{}, model.Batch{}, model.Epoch{}, 0
	p.epochs = history{version: p.epochs.version + 1}
	p.steps = trace{version: p.steps.version + 1} // a picture of an earlier run must not pass for one of this
	p.filling, p.held = show.Reading{}, false
	p.sinceSteps = 0
}

// widened is the setting with a range that holds its value, which may be one of the command line.
func (s Setting) widened() Setting {
	if x, err := strconv.ParseFloat(s.Value, 64); err == nil && s.Choices == nil && !math.IsInf(x, 0) {
		s.Min, s.Max = min(s.Min, x), max(s.Max, x)
	}
	return s
}
