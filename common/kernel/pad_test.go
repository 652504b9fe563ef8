package kernel

import (
	"fmt"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

func testPad[T Float](t *testing.T) {
	r := oracle.Rand()
	for _, s := range [][8]int{ // batch, height, width, channels, top, bottom, left, right
		{1, 1, 1, 1, 0, 0, 0, 0}, {2, 3, 4, 2, 1, 1, 1, 1}, {3, 2, 5, 3, 0, 2, 3, 0},
		{2, 4, 1, 1, 5, 0, 0, 1}, {0, 2, 2, 1, 1, 1, 1, 1},
	} {
		batch, height, width, channels, top, left := s[0], s[1], s[2], s[3], s[4], s[6]
		outHeight, outWidth := top+height+s[5], left+width+s[7]
		x, dy := oracle.Noise[T](r, batch*height*width*channels), oracle.Noise[T](r, batch*outHeight*outWidth*channels)
		want, wantX := make([]T, len(dy)), make([]T, len(x))
		for i := range x {
			c, column, row, image := i%channels, i/channels%width, i/channels/width%height, i/channels/width/height
			at := ((image*outHeight+top+row)*outWidth+left+column)*channels + c
			want[at], wantX[i] = x[i], dy[at]
		}
		y, dx := oracle.Guard[T](len(dy)), oracle.Guard[T](len(x))
		Pad(y.Out, x, batch, height, width, channels, top, left, outHeight, outWidth)
		PadGrad(dx.Out, dy, batch, height, width, channels, top, left, outHeight, outWidth)
		name := fmt.Sprint(s)
		y.Check(t, name)
		dx.Check(t, name+" gradient")
		oracle.SameBits(t, name, y.Out, want)
		oracle.SameBits(t, name+" gradient", dx.Out, wantX)
	}
}

func TestPadIsThePlainLoop(t *testing.T) { oracle.Both(t, testPad[float32], testPad[float64]) }
