package live

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"time"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/show"
)

const (
	statusEvery  = 200 * time.Millisecond
	pictureEvery = time.Second
	// While the net trains, drawing takes at most 1/100 of the time, so costly pictures are drawn less often. The cores
	// of a step wait for each other, so a core that draws a picture delays the step by about twice the drawing time.
	pictureShare = 100
)

// drawing is a picture of the page, which is redrawn when its version changes.
type drawing struct {
	key           string // of its events
	about         shown
	width, height vg.Length
	draw          func(moment) (chart.Picture, error)
	version       func(moment) int // differs when the picture must be redrawn

	drawn int       // the version that was drawn; -1: none
	at    time.Time // when it was drawn
}

// shown is a picture's event.
type shown struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Alt   string `json:"alt"`
	SVG   string `json:"svg"`

	Curves bool   `json:"curves,omitempty"` // it shows the run, not the net
	Wide   bool   `json:"wide,omitempty"`   // it takes the whole width of the page
	Error  string `json:"error,omitempty"`  // why there is no picture
}

// pictureKey is the prefix of the keys of pictures' events.
const pictureKey = "2 picture "

// moment is the state of the run from which pictures are drawn.
type moment struct {
	show.Moment
	epochs history
	trace  trace
}

// drawings returns the curves, which every program has, and the pictures of the view.
func (p *Page) drawings(v View) []*drawing {
	measured := "Loss"
	if len(v.Net.Config().Metrics) > 0 {
		measured = "Loss and accuracy"
	}
	byEpoch := func(m moment) int { return m.epochs.version }
	list := []*drawing{{
		about: shown{Title: measured + " by epoch", Curves: true,
			Alt: "One value for each epoch; dashed: of the validation."},
		draw:    func(m moment) (chart.Picture, error) { return m.epochs.curves(v.Curves) },
		version: byEpoch,
	}, {
		about:   shown{Title: measured + " by step", Alt: "Means over some training steps at a time.", Curves: true},
		draw:    func(m moment) (chart.Picture, error) { return m.trace.curves(m.epochs.accuracy) },
		version: func(m moment) int { return m.trace.version },
	}}
	for _, own := range v.Pictures {
		list = append(list, &drawing{
			about: shown{Title: own.Title, Alt: own.Alt}, width: own.Width, height: own.Height,
			draw: func(m moment) (chart.Picture, error) {
				m.Net = v.Net
				return own.Draw(m.Moment)
			},
			version: byEpoch,
		})
	}
	for i, d := range list {
		d.about.Name = fmt.Sprintf("picture-%d", i)
		d.key, d.drawn = fmt.Sprintf(pictureKey+"%02d", i), -1
		if d.width == 0 {
			d.width, d.height = 5.5*vg.Inch, 4.5*vg.Inch
		}
		d.about.Wide = d.width > 8*vg.Inch
	}
	return list
}

// work publishes changes until the page closes. It draws only while there are viewers.
func (p *Page) work() {
	tick := time.NewTicker(statusEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-p.hub.arrived:
		case <-p.closing:
			return
		}
		p.publishStatus()
		if v := p.view.Load(); v != nil && p.hub.count() > 0 {
			p.drawDue(v)
		}
	}
}

// lastStatus is the newest status event. Its lock is held while the next one is made, so that events are published in
// order.
type lastStatus struct {
	lock  sync.Mutex
	event []byte
}

// publishStatus publishes the status if it has changed.
func (p *Page) publishStatus() {
	p.last.lock.Lock()
	defer p.last.lock.Unlock()
	status := p.progress.status()
	status.Viewers = p.hub.count()
	if event := event("status", status); !bytes.Equal(event, p.last.event) {
		p.hub.publish("3 status", event)
		p.last.event = event
	}
}

// drawDue draws the pictures that have changed, the one drawn longest ago first. While the net trains, it skips
// pictures until drawing has taken at most 1/pictureShare of the time.
func (p *Page) drawDue(v *view) {
	m, training := p.progress.moment()
	due := slices.Clone(v.drawings)
	slices.SortStableFunc(due, func(a, b *drawing) int { return a.at.Compare(b.at) })
	for _, d := range due {
		select {
		case <-p.closing:
			return
		default:
		}
		start := time.Now()
		version := d.version(m)
		if version == d.drawn || start.Sub(d.at) < pictureEvery || training && !d.at.IsZero() && start.Before(v.rest) {
			continue
		}
		if picture, ok := d.make(m); ok {
			p.publishPicture(v, d.key, event("picture", picture))
			d.drawn = version
		} // if not, it is tried again after pictureEvery
		d.at = start
		if v.rest.Before(start) {
			v.rest = start
		}
		v.rest = v.rest.Add(pictureShare * time.Since(start))
	}
}

// publishPicture publishes a picture of view v, unless the page shows another view.
func (p *Page) publishPicture(v *view, key string, event []byte) {
	p.showing.Lock()
	defer p.showing.Unlock()
	if p.view.Load() == v {
		p.hub.publish(key, event)
	}
}

// make draws the picture; ok is false if there is nothing to show yet.
func (d *drawing) make(m moment) (about shown, ok bool) {
	picture, err := d.draw(m)
	if picture == nil && err == nil {
		return about, false
	}
	about = d.about
	if err == nil {
		var svg []byte
		if svg, err = chart.SVG(picture, d.width, d.height); err == nil {
			about.SVG = string(svg)
		}
	}
	if err != nil {
		about.Error = err.Error()
	}
	return about, true
}
