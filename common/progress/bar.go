package progress

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
)

// pause is the shortest time between two drawings of the bar.
const pause = 100 * time.Millisecond

// maxStride bounds the steps between two readings of the clock.
const maxStride = 4096

// bar is a progress bar. Most steps do not draw it: xor takes 20,000 steps of a microsecond. Even the clock is read
// only once in stride steps.
type bar struct {
	stride int       // steps from one reading of the clock to the next
	since  int       // steps since the last reading
	read   time.Time // the last reading
	drawn  time.Time

	shown *progressbar.ProgressBar
}

// start resets the bar to count to steps, in a line of the given width.
func (b *bar) start(steps int64, columns int) {
	// the rest of a usual line, with loss and accuracy, takes some 73 columns
	width := min(max(columns-74, 6), 40)
	b.shown = progressbar.NewOptions64(steps,
		progressbar.OptionSetWriter(io.Discard), // screen writes
		progressbar.OptionSetTheme(progressbar.ThemeASCII),
		progressbar.OptionSetWidth(width),
		progressbar.OptionShowCount())
	b.shown.StartWithoutRender()
}

// due reports whether the bar should be drawn now: after each pause, and if whole is set, which means the end of an
// epoch.
func (b *bar) due(now func() time.Time, whole bool) bool {
	if b.since++; b.since < b.stride && !whole {
		return false
	}
	t := now()
	switch passed := t.Sub(b.read); {
	case b.stride == 0:
		b.stride, b.drawn = 1, t
	case passed < pause/20:
		b.stride = min(2*b.stride, maxStride)
	case passed > pause/2:
		b.stride = max(b.stride/2, 1)
	}
	b.since, b.read = 0, t
	if !whole && t.Sub(b.drawn) < pause {
		return false
	}
	b.drawn = t
	return true
}

// at returns the bar with percent, steps, time taken and time left.
func (b *bar) at(position int64) (string, error) {
	if err := b.shown.Set64(position); err != nil {
		return "", fmt.Errorf("progress bar at %d of %d: %w", position, b.shown.GetMax64(), err)
	}
	return strings.TrimRight(strings.TrimPrefix(b.shown.String(), "\r"), " "), nil
}
