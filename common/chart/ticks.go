package chart

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticker sets labelled ticks at round numbers: multiples of 1, 2 or 5 times a power of ten, after
// P. Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990.
type ticker struct {
	most     int  // labels, about; up to three more if there would be fewer than two
	integers bool // only whole numbers
}

// Ticks implements plot.Ticker.
func (t ticker) Ticks(lowest, highest float64) []plot.Tick {
	var step, first, last float64
	for more := range 5 {
		step = niceStep(highest-lowest, t.most+more)
		if t.integers {
			step = math.Max(1, step)
		}
		first, last = math.Ceil(lowest/step-1e-9), math.Floor(highest/step+1e-9)
		if last > first {
			break
		}
	}
	var ticks []plot.Tick
	for i := 0.0; first+i <= last && i < float64(t.most+5); i++ {
		value := (first + i) * step
		ticks = append(ticks, plot.Tick{Value: value, Label: tickLabel(value, step, highest-lowest)})
	}
	return ticks
}

// niceStep is the smallest 1, 2 or 5 times a power of ten that fits at most most times into span.
func niceStep(span float64, most int) float64 {
	rough := span / math.Max(1, float64(most))
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= rough*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}

// tickLabel writes value with the digits that a step needs, as 1e7 or 5e-5 if there were many zeros.
func tickLabel(value, step, span float64) string {
	if math.Abs(value) < step/2 {
		return "0"
	}
	stepPower := int(math.Floor(math.Log10(step) + 1e-9))
	if math.Abs(value) >= 1e7 || span >= 1e7 || stepPower < -5 && span < 1e-4 {
		digits := max(0, int(math.Floor(math.Log10(math.Abs(value))+1e-9))-stepPower)
		return shortExponent(strconv.FormatFloat(value, 'e', min(digits, 12), 64))
	}
	return strconv.FormatFloat(value, 'f', min(max(0, -stepPower), 12), 64)
}

// shortExponent turns 1e+07 into 1e7 and 5e-05 into 5e-5.
var shortExponent = strings.NewReplacer("e+0", "e", "e+", "e", "e-0", "e-").Replace

// logTicker sets ticks on a logarithmic axis: at 1, 2 and 5 times the powers of ten if there is room, else at 1 and 3
// times them, else at the powers, else at some of these; on an axis too short for two of the first, at round steps.
type logTicker struct{ most int }

// Ticks implements plot.Ticker; lowest is positive.
func (t logTicker) Ticks(lowest, highest float64) []plot.Tick {
	first := int(math.Floor(math.Log10(lowest) + 1e-9))
	last := int(math.Ceil(math.Log10(highest) - 1e-9))
	at := func(every int, factors ...float64) []float64 {
		var values []float64
		for power := first; power <= last; power++ {
			for _, factor := range factors {
				value := factor * math.Pow10(power)
				if power%every == 0 && value >= lowest*(1-1e-9) && value <= highest*(1+1e-9) {
					values = append(values, value)
				}
			}
		}
		return values
	}
	values := at(1, 1, 2, 5)
	if len(values) < 2 {
		return ticker{most: t.most}.Ticks(lowest, highest)
	}
	fewer := at(1, 1, 3)
	for every := 1; len(values) > max(2, t.most) && len(fewer) >= 2; every++ {
		values, fewer = fewer, at(every, 1)
	}
	ticks := make([]plot.Tick, len(values))
	for i, value := range values {
		power := int(math.Floor(math.Log10(value) + 1e-9))
		label := shortExponent(strconv.FormatFloat(value, 'e', 0, 64))
		if power >= -3 && power < 6 {
			label = strconv.FormatFloat(value, 'f', max(0, -power), 64)
		}
		ticks[i] = plot.Tick{Value: value, Label: label}
	}
	return ticks
}

// widen adds a share of [min, max] on both sides, or makes a range around values that are all (nearly) equal.
func widen(min, max, share float64) (float64, float64) {
	size := math.Max(math.Abs(min), math.Abs(max))
	if max-min <= size*1e-9 {
		room := size * 0.1
		if room == 0 {
			room = 1
		}
		return min - room, max + room
	}
	return min - share*(max-min), max + share*(max-min)
}
