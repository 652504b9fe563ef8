//go:build !race

package cli

import (
	"testing"

	"gorgonia-lectures/common/internal/wording"
)

func TestMNISTIsCutToTheLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all digits")
	}
	for _, c := range []struct{ limit, train, test int }{{0, 60000, 10000}, {20000, 20000, 10000}} {
		train, test, err := (&Run{Limit: c.limit}).MNIST(28, 28)
		if err != nil {
			t.Fatal(err)
		}
		// The first labels of the two files are known: 5 0 4 and 7 2 1.
		if train.Len() != c.train || test.Len() != c.test || train.Label(2) != 4 || test.Label(2) != 1 {
			t.Errorf("%+v: %d and %d digits, want the first of MNIST", c, train.Len(), test.Len())
		}
	}
}

func TestMNISTElsewhere(t *testing.T) {
	folder := t.TempDir()
	_, _, err := (&Run{Data: folder}).MNIST(28, 28)
	wording.Check(t, err, folder)
}
