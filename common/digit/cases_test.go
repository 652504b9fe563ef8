package digit_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gorgonia-lectures/common/digit"
)

// ours are the digits of our strokes as Prepare converts them.
var ours = sync.OnceValue(func() (list [10]*digit.Pixels) {
	for label := range strokes {
		s := scene{width: 200, height: 200, paper: always(1), pen: always(0), light: always(1)}
		s.ink = written(label, 100, 100, 130, 0.35, 0)
		digits, err := digit.Prepare(s.take(nil))
		if err != nil {
			panic(err)
		}
		list[label] = digits[0]
	}
	return list
})

// nearest returns the digit of our strokes that is most similar to the pixels.
func nearest(pixels *digit.Pixels) int {
	best, most := -1, -1.0
	for label, of := range ours() {
		if l := like(pixels, of); l > most {
			best, most = label, l
		}
	}
	return best
}

// The cases are photographs in all orientations, in shade and in shadow, a scan with a frame, a small digit on large
// paper, other formats, and a number of two digits.
func TestCases(t *testing.T) {
	for name, want := range map[string][]int{
		"photo_2_exif6.jpg": {2}, "photo_4_exif6.jpg": {4}, "photo_7_exif6.jpg": {7},
		"photo_3_shade.jpg": {3}, "photo_7_shade.jpg": {7}, "photo_9_shade.jpg": {9},
		"photo_3_shadow_edge.jpg": {3}, "photo_7_shadow_edge.jpg": {7}, "photo_9_shadow_edge.jpg": {9},
		"scan_edge_9.png": {9}, "small_digit_60px.jpg": {4}, "fortytwo.png": {4, 2},
		"seven.bmp": {7}, "seven.webp": {7}, "seven_palette.png": {7},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := digit.ReadFile(filepath.Join("testdata/cases", name))
			if err != nil || len(list) != len(want) {
				t.Fatalf("%d digits (%v), want %v", len(list), err, want)
			}
			for i, pixels := range list {
				if got := nearest(pixels); got != want[i] {
					t.Errorf("digit %d is most like a %d, want %d", i+1, got, want[i])
				}
			}
		})
	}
}

// caseFile returns one of the files above.
func caseFile(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata/cases", name))
	if err != nil {
		t.Fatal(err)
	}
	return file
}
