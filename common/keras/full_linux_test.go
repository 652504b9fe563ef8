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
	path := filepath.Join(t.TempDir(), "net.h5")
	save(t, path, net)
	before := content(t, path)

	failed := failing.FullDisk(t, func() error { return keras.Save(path, net) })
	if !errors.Is(failed, syscall.EFBIG) {
		t.Errorf("error %v, want that the file is too large", failed)
	}
	if content(t, path) != before {
		t.Error("the file of before has changed")
	}
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("%v (%v), want the file alone", list, err)
	}
}
