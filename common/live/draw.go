package live

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/show"
)

const (
	statusEvery  = 200 * time.Millisecond
	pictureEvery = time.Second
	// While training goes on, all pictures together take one part in so many of the time: costly ones come less often.
	// Both cores work on a step and wait for each other, so what one of them draws costs it about twice.
	pictureShare = 100
)

// drawing is a picture of the page in the course of time.
type drawing struct {
	key    string // of its events
	about  shown
	width  vg.Length
	height vg.Length
	draw   func(moment) (chart.Picture, error)
	of     func(moment) int // its version: it is drawn again when that has changed

	version int // drawn; -1: none
	at      time.Time
}

// shown is a picture's event.
type shown struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Alt   string `json:"alt"`
	SVG   string `json:"svg"`
	Error string `json:"error,omitempty"` // why there is none
}

// moment is all that a picture can be drawn from.
type moment struct {
	show.Moment
	epochs history
	trace  trace
}

// drawings are the curves of every program and the view's own pictures.
func (p *Page) drawings(v View) []*drawing {
	measured := "Loss"
	if len(v.Net.Config().Metrics) > 0 {
		measured = "Loss and accuracy"
	}
	list := []*drawing{{
		about: shown{Title: measured + " by epoch", Alt: "the curves of what the run measures, one value for each epoch"},
		draw: func(m moment) (chart.Picture, error) {
			curves, err := m.epochs.curves()
			if curves == nil || err != nil {
				return nil, err
			}
			if v.Curves != nil {
				v.Curves(curves)
			}
			return curves, nil
		},
	}, {
		about: shown{Title: measured + " by step", Alt: "the same of the training steps, the means of some at a time"},
		draw: func(m moment) (chart.Picture, error) {
			curves, err := m.trace.curves(m.epochs.accuracy)
			if curves == nil || err != nil {
				return nil, err
			}
			return curves, nil
		},
		of: func(m moment) int { return m.trace.version },
	}}
	for _, own := range v.Pictures {
		list = append(list, &drawing{
			about: shown{Title: own.Title, Alt: own.Alt}, width: own.Width, height: own.Height,
			draw: func(m moment) (chart.Picture, error) {
				m.Net = v.Net
				return own.Draw(m.Moment)
			},
		})
	}
	for i, d := range list {
		d.about.Name = fmt.Sprintf("picture-%d", i)
		d.key, d.version = fmt.Sprintf("2 picture %02d", i), -1
		if d.of == nil {
			d.of = func(m moment) int { return m.epochs.version }
		}
		if d.width == 0 {
			d.width, d.height = 6*vg.Inch, 4.5*vg.Inch
		}
	}
	return list
}

// work tells the viewers what is new, until the page ends. Nothing is drawn while nobody looks.
func (p *Page) work() {
	defer close(p.finished)
	tick := time.NewTicker(statusEvery)
	defer tick.Stop()
	var told []byte
	for {
		last := false
		select {
		case <-tick.C:
		case <-p.hub.arrived:
		case <-p.closing:
			last = true
		}
		if event := p.statusEvent(); !bytes.Equal(event, told) {
			p.hub.publish("3 status", event)
			told = event
		}
		if last {
			return
		}
		if v := p.view.Load(); v != nil && p.hub.count() > 0 {
			p.drawDue(v)
		}
	}
}

func (p *Page) statusEvent() []byte {
	s := p.progress.status()
	s.Viewers = p.hub.count()
	return event("status", s)
}

// drawDue draws the pictures that have changed, the ones that have waited longest first. While training goes on they take
// turns: the next one comes when the time that all of them have taken is small enough a part of it.
func (p *Page) drawDue(v *view) {
	m, running := p.progress.moment()
	due := slices.Clone(v.drawings)
	slices.SortStableFunc(due, func(a, b *drawing) int { return a.at.Compare(b.at) })
	for _, d := range due {
		version := d.of(m)
		switch {
		case version == d.version || time.Since(d.at) < pictureEvery:
			continue
		case running && !d.at.IsZero() && time.Now().Before(v.rest):
			continue
		}
		start := time.Now()
		picture, err := d.draw(m)
		d.at = start
		if picture == nil && err == nil {
			v.tire(start)
			continue // and ask again, though not more often than for a picture
		}
		about := d.about
		if err == nil {
			var svg []byte
			svg, err = chart.SVG(picture, d.width, d.height)
			about.SVG = string(svg)
		}
		if err != nil {
			about.SVG, about.Error = "", err.Error()
		}
		p.hub.publish(d.key, event("picture", about))
		d.version = version
		v.tire(start)
	}
}

// tire adds the time since start to what the pictures have taken.
func (v *view) tire(start time.Time) {
	if v.rest.Before(start) {
		v.rest = start
	}
	v.rest = v.rest.Add(pictureShare * time.Since(start))
}
