package digit_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"golang.org/x/image/draw"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/digit"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// sets are read once for all tests.
var sets = sync.OnceValues(func() (sets [2]dataset.Set, err error) {
	sets[0], sets[1], err = dataset.MNIST("")
	return sets, err
})

func mnist(t *testing.T) (train, test dataset.Set) {
	t.Helper()
	sets, err := sets()
	if err != nil {
		t.Fatal(err)
	}
	return sets[0], sets[1]
}

// A small net classifies 300 test digits as well after they are redrawn: larger, moved, on paper of other sizes and
// colours, dark or light, as PNG, JPEG and GIF.
func TestDigitsDrawnAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for seconds")
	}
	train, test := mnist(t)
	const count = 300
	net := reader(t, train.First(12000))
	random := rand.New(rand.NewPCG(1, 2))
	pixels := make([]uint8, 0, count*digit.Side*digit.Side)
	formats := map[string]int{}
	for i := range count {
		picture, format := drawAnew(t, random, test.Pixels(i))
		prepared, err := digit.Read(bytes.NewReader(picture))
		if err != nil || len(prepared) != 1 {
			t.Fatalf("digit %d as %s: %d digits (%v)", i, format, len(prepared), err)
		}
		formats[format]++
		pixels = append(pixels, prepared[0][:]...)
	}
	anew, err := dataset.FromBytes([]int{digit.Side, digit.Side}, pixels, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	before, after := labels(t, net, test.First(count)), labels(t, net, anew)
	same, right, stillRight := 0, 0, 0
	for i := range before {
		if before[i] == after[i] {
			same++
		}
		if before[i] == test.Label(i) {
			right++
			if after[i] == test.Label(i) {
				stillRight++
			}
		}
	}
	t.Logf("%v: the same label for %d of %d digits, right before %d, of these still right %d", formats, same, count, right, stillRight)
	if len(formats) != 3 || 100*stillRight < 97*right || right < count*9/10 || 100*same < 97*count {
		t.Error("want three formats, at least 97 % of the labels as before, and 90 % right before")
	}
}

// reader returns a net that was trained for a second.
func reader(t *testing.T, train dataset.Set) *model.Net {
	t.Helper()
	net := model.Sequential(model.Input(digit.Side, digit.Side), layer.Flatten{},
		layer.Dense{Units: 64, Activation: layer.ReLU}, layer.Dense{Units: 10, Activation: layer.Softmax})
	err := net.Compile(model.Config{Loss: loss.SparseCategoricalCrossentropy, Solver: solver.NewAdam(0.002), Seed: 1})
	if err == nil {
		_, err = net.Fit(context.Background(), train, model.Fit{Epochs: 5, Batch: 50})
	}
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func labels(t *testing.T, net *model.Net, data dataset.Set) []int {
	t.Helper()
	y, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]int, data.Len())
	for i := range list {
		list[i] = model.ArgMax(y.Float32s()[10*i : 10*i+10])
	}
	return list
}

// drawAnew draws a digit into a larger picture and encodes it.
func drawAnew(t *testing.T, random *rand.Rand, pixels []uint8) (file []byte, format string) {
	t.Helper()
	side := 60 + random.IntN(400)                                   // of the digit's field
	width, height := side+random.IntN(side), side+random.IntN(side) // of the paper
	paper, ink := 200+random.Float64()*55, random.Float64()*70
	if random.IntN(2) == 0 {
		paper, ink = ink, paper
	}
	large := image.NewGray(image.Rect(0, 0, side, side))
	draw.CatmullRom.Scale(large, large.Bounds(), &image.Gray{Pix: pixels, Stride: digit.Side, Rect: image.Rect(0, 0, digit.Side, digit.Side)},
		image.Rect(0, 0, digit.Side, digit.Side), draw.Src, nil)
	grey := color.Palette{} // for GIF; in the others the index is the brightness
	for v := range 256 {
		grey = append(grey, color.Gray{Y: uint8(v)})
	}
	canvas := image.NewGray(image.Rect(0, 0, width, height))
	for i := range canvas.Pix {
		canvas.Pix[i] = uint8(math.Round(paper))
	}
	left, top := random.IntN(width-side+1), random.IntN(height-side+1)
	for i, v := range large.Pix {
		canvas.Pix[(top+i/side)*width+left+i%side] = uint8(math.Round(paper + (ink-paper)*float64(v)/255))
	}
	var b bytes.Buffer
	var err error
	switch random.IntN(3) {
	case 0:
		format, err = "png", png.Encode(&b, canvas)
	case 1:
		format, err = "jpeg", jpeg.Encode(&b, canvas, &jpeg.Options{Quality: 70 + random.IntN(26)})
	case 2:
		format, err = "gif", gif.Encode(&b, &image.Paletted{Pix: canvas.Pix, Stride: width, Rect: canvas.Rect, Palette: grey}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), format
}
