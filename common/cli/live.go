package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"

	"gonum.org/v1/plot/vg"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/live"
	"gorgonia-lectures/common/model"
)

const liveAddress = "127.0.0.1:8080"

func defineLive(c *command, opt *Options) {
	c.set.BoolVar(&opt.live, "live", false, "show the run, and the net to try, on a page at -live-addr, until interrupted")
	c.common = append(c.common, "live")
	offer(c, "live-addr", &opt.liveAddr, liveAddress, address, "serve the page of -live at `HOST:PORT`; port 0: any that is free")
}

// address takes a host and a port.
func address(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err != nil || port == "" {
		return "", errors.New("must be a host and a port, as " + liveAddress)
	}
	if _, err := net.LookupPort("tcp", port); err != nil { // a name, as http, is a port too
		return "", fmt.Errorf("the port %s is none, want one from 0 to %d", shown(port), math.MaxUint16)
	}
	return text, nil
}

// openPage serves the page of -live, before anything is computed that nobody could see.
func (o *Options) openPage(ctx context.Context) error {
	if !o.live {
		return nil
	}
	page, err := live.Open(ctx, o.liveAddr)
	if err != nil {
		return fmt.Errorf("-live-addr %s: %w", shown(o.liveAddr), err)
	}
	o.page = page
	o.Printf("watch it at %s\n", page.Address())
	if !page.Local() {
		o.Printf("whoever reaches this machine over the network can watch, pause and stop it too\n")
	}
	return nil
}

// closePage ends the page, which tells how the run ended. Behind a finished one it waits until somebody interrupts.
func (o *Options) closePage(ctx context.Context, err error, finished bool) error {
	if o.page == nil {
		return err
	}
	why := err
	switch {
	case finished:
		o.Printf("done: the page stays at %s until you interrupt it (Ctrl-C)\n", o.page.Address())
		select {
		case <-ctx.Done():
		case <-o.page.Broken():
		}
	case err == nil || ctx.Err() != nil && interrupted(ctx, err):
		why = errors.New("interrupted") // as the exit code says
	}
	return errors.Join(err, o.page.Close(why))
}

// Live shows the net and the pictures of a view on the page of -live, which then follows the next Fit with
// opt.Callbacks. Program, About, Epochs and Labels are the program's own. Without -live nothing happens.
func (o Options) Live(v live.View) error {
	if o.page == nil {
		return nil
	}
	v.Program, v.About, v.Epochs = o.Program, o.defaults.About, o.Epochs
	if o.defaults.Predict != nil {
		v.Labels = o.defaults.Predict.Labels
	}
	return o.page.Show(v)
}

// watchTime is how many seconds a run takes to watch that would be over in a moment.
const watchTime = 20

// Watchable is the speed, in epochs a second, at which the run of a small net can be watched.
func (o Options) Watchable() float64 { return max(1, float64(o.Epochs)/watchTime) }

// LiveNetwork is the picture of Network for a page.
func LiveNetwork(net *model.Net, inputs, outputs []string) live.Picture {
	return live.Picture{
		Title: "The net and its weights", Alt: "neurons in columns, a link for each weight; the thicker, the larger it is",
		Draw: func(live.Moment) (chart.Picture, error) { return network(net, inputs, outputs) },
	}
}

// LiveConfusion is the picture of Confusion for a page, of the last validation.
func LiveConfusion(data dataset.Set, classes []string) live.Picture {
	return live.Picture{
		Title: "Which class it takes for which", Alt: "a table of the true classes and the predicted ones",
		Width: 4.5 * vg.Inch, Height: 4.5 * vg.Inch,
		Draw: func(m live.Moment) (chart.Picture, error) {
			r := reading{m.Reading, labelsOf(data), len(classes)}
			if len(r.Predicted) != len(r.labels) {
				return nil, nil
			}
			return confusion(r, classes)
		},
	}
}

// LiveWrong is the picture confident.png of WrongDigits for a page, of the last validation.
func LiveWrong(test dataset.Set) live.Picture {
	return live.Picture{
		Title: "Where it is most surely wrong", Alt: "test digits that the net misreads, with their labels and what it took them for",
		Width: 6 * vg.Inch, Height: 6 * vg.Inch,
		Draw: func(m live.Moment) (chart.Picture, error) {
			r := reading{m.Reading, labelsOf(test), 10}
			if len(r.Predicted) != len(r.labels) {
				return nil, nil
			}
			wrong := r.wrong()
			if len(wrong) == 0 {
				return nil, nil
			}
			var digits []chart.Digit
			for _, i := range r.surest(wrong) { // a page has less room for words than a picture of its own
				digits = append(digits, chart.Digit{Pixels: test.Pixels(i),
					Title: fmt.Sprintf("%d taken for %d, %.0f %%", r.labels[i], r.Predicted[i], 100*r.Sure[i])})
			}
			if err := test.Err(); err != nil { // of the pixels
				return nil, err
			}
			grid, err := chart.NewDigitGrid(wrongRows, wrongColumns, digits)
			if err != nil {
				return nil, err
			}
			grid.Title = fmt.Sprintf("%d of %d are wrong", len(wrong), test.Len())
			return grid, nil
		},
	}
}
