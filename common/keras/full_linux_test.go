package keras_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"gorgonia-lectures/common/internal/atomicfile/failing"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/solver"
)

// On a full disk, here after 4096 bytes of any file, the earlier file stays whole and no other file is left.
func TestFullDisk(t *testing.T) {
	if !failing.Alone(t) {
		return
	}
	net := model.Sequential(model.Input(100), layer.Dense{Units: 100})
	err := net.Compile(model.Config{Loss: loss.MeanSquaredError, Solver: solver.NewAdam(0.1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"net.h5", "net.keras"} {
		path := filepath.Join(t.TempDir(), name)
		save(t, path, net)
		before := content(t, path)

		failed := failing.FullDisk(t, func() error { return keras.Save(path, net) })
		if !errors.Is(failed, syscall.EFBIG) {
			t.Errorf("%s: error %v, want that the file is too large", name, failed)
		}
		if content(t, path) != before {
			t.Errorf("%s: the file of before has changed", name)
		}
		if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
			t.Errorf("%s: %v (%v), want the file alone", name, list, err)
		}
	}
}
