package window

import (
	"fmt"
	"math"
	"os"
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func TestNewHasTensorFlowsSizes(t *testing.T) {
	for _, c := range []struct {
		in, kernel, stride int
		same               bool
		out, before        int
	}{
		{28, 5, 1, true, 28, 2}, // the lecture's first convolution
		{14, 2, 1, true, 14, 0}, // an even kernel pads after the last pixel only
		{28, 2, 2, true, 14, 0},
		{7, 2, 2, true, 4, 0},
		{7, 3, 2, true, 4, 1},
		{8, 3, 2, true, 4, 0},
		{1, 3, 1, true, 1, 1},
		{5, 2, 3, true, 2, 0},
		{9, 2, 4, true, 3, 0}, // stride larger than kernel: no padding
		{4, 9, 1, true, 4, 4}, // kernel larger than input
		{28, 5, 1, false, 24, 0},
		{7, 2, 2, false, 3, 0},
		{7, 3, 2, false, 3, 0},
		{5, 5, 3, false, 1, 0},
	} {
		for _, across := range []bool{false, true} {
			h, w, kh, kw, sh, sw := c.in, 11, c.kernel, 1, c.stride, 1
			if across {
				h, w, kh, kw, sh, sw = 11, c.in, 1, c.kernel, 1, c.stride
			}
			s, err := New(2, h, w, 3, kh, kw, sh, sw, c.same)
			if err != nil {
				t.Fatal(err)
			}
			want := Window{Batch: 2, Height: h, Width: w, Channels: 3, KernelHeight: kh, KernelWidth: kw,
				StrideHeight: sh, StrideWidth: sw, PadTop: c.before, OutHeight: c.out, OutWidth: 11}
			if across {
				want.PadTop, want.PadLeft, want.OutHeight, want.OutWidth = 0, c.before, 11, c.out
			}
			if s != want {
				t.Errorf("%+v across %t: %v, want %v", c, across, s, want)
			}
		}
	}
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		n     [8]int
		same  bool
		facts []string
	}{
		{"kernel does not fit", [8]int{1, 4, 4, 1, 5, 5, 1, 1}, false, []string{"kernel 5x5", "4x4"}},
		{"kernel too wide", [8]int{1, 9, 4, 1, 2, 5, 1, 1}, false, []string{"kernel 2x5", "9x4"}},
		{"no batch", [8]int{0, 4, 4, 1, 2, 2, 1, 1}, true, []string{"batch of 0"}},
		{"no height", [8]int{1, 0, 4, 1, 2, 2, 1, 1}, true, []string{"image of 0x4x1"}},
		{"width below 0", [8]int{1, 4, -4, 1, 2, 2, 1, 1}, true, []string{"image of 4x-4x1"}},
		{"no channels", [8]int{1, 4, 4, 0, 2, 2, 1, 1}, true, []string{"image of 4x4x0"}},
		{"no kernel", [8]int{1, 4, 4, 1, 0, 2, 1, 1}, true, []string{"kernel of 0x2"}},
		{"kernel below 0", [8]int{1, 4, 4, 1, 2, -1, 1, 1}, true, []string{"kernel of 2x-1"}},
		{"no stride", [8]int{1, 4, 4, 1, 2, 2, 0, 1}, true, []string{"stride of 0x1"}},
		{"stride below 0", [8]int{1, 4, 4, 1, 2, 2, 1, -3}, true, []string{"stride of 1x-3"}},
		{"large image", [8]int{1, 1 << 20, 1 << 11, 1, 2, 2, 1, 1}, true, []string{"image of 1048576x2048x1", "2147483647"}},
		{"large kernel", [8]int{1, 4, 4, 4, 1 << 20, 1 << 20, 1, 1}, true,
			[]string{"kernel of 1048576x1048576x4", "2147483647"}},
		{"large batch", [8]int{math.MaxInt, 4, 4, 4, 1, 1, 1, 1}, true, []string{fmt.Sprint(math.MaxInt), "4x4x4"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := c.n
			s, err := New(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], c.same)
			if s != (Window{}) {
				t.Errorf("window %v with an error", s)
			}
			wording.Check(t, err, c.facts...)
		})
	}
}

func TestNewTakesAnyStride(t *testing.T) {
	s, err := New(1, 5, 5, 1, 2, 2, math.MaxInt, math.MaxInt, true)
	if err != nil {
		t.Fatal(err)
	}
	if s.OutHeight != 1 || s.OutWidth != 1 || s.PadTop != 0 {
		t.Errorf("window %v, want one output", s)
	}
}
