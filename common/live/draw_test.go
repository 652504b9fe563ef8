package live

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// plain is an empty picture, or one that cannot be drawn.
type plain struct{ err error }

func (p plain) Draw(draw.Canvas) error { return p.err }

// drawn runs a page with one picture, drawn by a function, in simulated time; calls counts the drawings.
func drawn(t *testing.T, picture func(show.Moment) (chart.Picture, error), test func(t *testing.T, p *Page, calls *int)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p, calls := idle(t.Context()), 0
		p.view.Store(&view{drawings: p.drawings(View{Net: model.Sequential(model.Input(1)), Pictures: []show.Picture{{
			Title: "own", Width: 2 * vg.Inch, Height: 2 * vg.Inch,
			Draw: func(m show.Moment) (chart.Picture, error) {
				calls++
				return picture(m)
			}}}})[2:]}) // without the two curves
		p.ended.Go(p.work)
		test(t, p, &calls)
		close(p.closing)
		p.ended.Wait()
	})
}

func blank(show.Moment) (chart.Picture, error) { return plain{}, nil }

// wait advances the time and waits until all goroutines are blocked.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// news returns the viewer's pending picture event.
func news(t *testing.T, p *Page, v *viewer) (about shown, there bool) {
	t.Helper()
	for _, event := range p.hub.take(v) {
		data, ok := strings.CutPrefix(string(event), "event: picture\ndata: ")
		if !ok {
			continue
		}
		var one shown // a new one for each event, because Unmarshal keeps fields
		if err := json.Unmarshal([]byte(data), &one); err != nil {
			t.Fatalf("%.200s: %v", data, err)
		}
		about, there = one, true
	}
	return about, there
}

// A picture is drawn once for all viewers, and again when its version changes.
func TestDrawnOnceForAll(t *testing.T) {
	drawn(t, blank, func(t *testing.T, p *Page, calls *int) {
		var viewers []*viewer
		for range 3 {
			v, _ := p.hub.join()
			viewers = append(viewers, v)
			wait(2 * time.Second)
		}
		for round := 1; round <= 2; round++ {
			if *calls != round {
				t.Errorf("round %d: drawn %d times for 3 viewers", round, *calls)
			}
			for i, v := range viewers {
				if about, ok := news(t, p, v); !ok || about.Title != "own" || about.Error != "" || !strings.Contains(about.SVG, "<svg") {
					t.Errorf("round %d: viewer %d has got %+v", round, i, about)
				}
			}
			p.Read(show.Reading{})
			wait(2 * time.Second)
		}
	})
}

// Nothing is drawn while there are no viewers; the first one gets the picture at once.
func TestNotDrawnForNobody(t *testing.T) {
	drawn(t, blank, func(t *testing.T, p *Page, calls *int) {
		for range 20 {
			p.Read(show.Reading{})
			wait(time.Second)
		}
		if *calls != 0 {
			t.Errorf("drawn %d times without viewers", *calls)
		}
		v, _ := p.hub.join()
		wait(0)
		if _, ok := news(t, p, v); !ok || *calls != 1 {
			t.Errorf("who came has got a picture: %v, drawn %d times, want true, 1", ok, *calls)
		}
		p.hub.leave(v)
		for range 20 {
			p.Read(show.Reading{})
			wait(time.Second)
		}
		if *calls != 1 {
			t.Errorf("drawn %d times when the viewer has left, want once", *calls)
		}
	})
}

// trained reports an epoch every 10 ms for a time d.
func trained(p *Page, d time.Duration) {
	_ = p.progress.begin(model.Run{Epochs: 1 << 30, Batches: 1})
	for epoch := range int(d / (10 * time.Millisecond)) {
		_ = p.progress.epochEnd(p.ctx, model.Epoch{Epoch: epoch + 1})
		wait(10 * time.Millisecond)
	}
}

// A picture that changes all the time is drawn once a second, a costly one less often.
func TestDrawnOnceASecond(t *testing.T) {
	for _, c := range []struct {
		cost, run   time.Duration
		least, most int
	}{
		{0, 20 * time.Second, 19, 21},
		{200 * time.Millisecond, 60 * time.Second, 3, 4}, // 100 times 200 ms apart
	} {
		for _, picture := range []chart.Picture{plain{}, nil} {
			drawn(t, func(show.Moment) (chart.Picture, error) { time.Sleep(c.cost); return picture, nil }, func(t *testing.T, p *Page, calls *int) {
				v, _ := p.hub.join()
				defer p.hub.leave(v)
				trained(p, c.run)
				if *calls < c.least || *calls > c.most {
					t.Errorf("%v, at %v each: drawn %d times in %v, want %d to %d", picture, c.cost, *calls, c.run, c.least, c.most)
				}
			})
		}
	}
}

// Once the run has ended, even a costly picture is drawn soon, and only once.
func TestLastPicture(t *testing.T) {
	drawn(t, func(show.Moment) (chart.Picture, error) { time.Sleep(5 * time.Second); return plain{}, nil }, func(t *testing.T, p *Page, calls *int) {
		p.hub.join()
		trained(p, 20*time.Second)
		if *calls != 1 {
			t.Errorf("drawn %d times in 20 s at 5 s each, want once", *calls)
		}
		_ = p.progress.end(nil)
		wait(6 * time.Second)
		if *calls != 2 {
			t.Errorf("drawn %d times 6 s after the end, want 2", *calls)
		}
		wait(5 * time.Minute)
		if *calls != 2 {
			t.Errorf("drawn %d times in five minutes without news, want 2", *calls)
		}
	})
}

// The error of a picture that cannot be drawn is published once; a later picture replaces it.
func TestPictureErrors(t *testing.T) {
	var picture chart.Picture
	var wrong error
	drawn(t, func(show.Moment) (chart.Picture, error) { return picture, wrong }, func(t *testing.T, p *Page, calls *int) {
		v, _ := p.hub.join()
		for i, c := range []struct {
			picture chart.Picture
			err     error
			want    string
		}{
			{nil, errors.New("no digits"), "no digits"},
			{plain{errors.New("no canvas")}, nil, "no canvas"},
			{plain{}, errors.New("half a picture"), "half a picture"},
			{plain{}, nil, ""},
		} {
			picture, wrong = c.picture, c.err
			p.Read(show.Reading{})
			wait(5 * time.Second)
			about, ok := news(t, p, v)
			if !ok || about.Error != c.want || (about.SVG == "") != (c.want != "") || *calls != i+1 {
				t.Errorf("%+v (%v), drawn %d times, want the error %q, %d times", about, ok, *calls, c.want, i+1)
			}
		}
	})
}

// A second run with the same number of epochs is drawn too.
func TestSecondRunIsDrawn(t *testing.T) {
	drawn(t, blank, func(t *testing.T, p *Page, calls *int) {
		v, _ := p.hub.join()
		for run := 1; run <= 2; run++ {
			_ = p.progress.begin(model.Run{Epochs: 1, Batches: 1})
			_ = p.progress.epochEnd(p.ctx, model.Epoch{Epoch: 1})
			_ = p.progress.end(nil)
			wait(5 * time.Second)
			if _, ok := news(t, p, v); !ok || *calls != run {
				t.Errorf("run %d: drawn %d times", run, *calls)
			}
		}
	})
}
