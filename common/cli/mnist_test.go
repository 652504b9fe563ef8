//go:build !race

package cli

import (
	"strings"
	"testing"
)

func TestMNISTIsCutToTheLimit(t *testing.T) {
	for limit, want := range map[int][2]int{0: {60000, 10000}, 300: {300, 300}, 20000: {20000, 10000}} {
		train, test, err := Options{Limit: limit}.MNIST()
		if err != nil {
			t.Fatal(err)
		}
		if train.Len() != want[0] || test.Len() != want[1] {
			t.Errorf("limit %d: %d and %d digits, want %d and %d", limit, train.Len(), test.Len(), want[0], want[1])
		}
		// The first labels of the two files are known: 5 0 4 and 7 2 1.
		if train.Label(0) != 5 || train.Label(2) != 4 || test.Label(0) != 7 || test.Label(2) != 1 {
			t.Errorf("limit %d: the first digits are not those of MNIST", limit)
		}
	}
}

func TestMNISTElsewhere(t *testing.T) {
	folder := t.TempDir()
	if _, _, err := (Options{Data: folder}).MNIST(); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("error %v, want one that names %s", err, folder)
	}
}
