package onnx_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"gorgonia-lectures/common/internal/atomicfile/failing"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/onnx"
)

// If the disk is full, here after 4096 bytes of a file, the earlier file stays whole and no other file is left.
func TestFullDisk(t *testing.T) {
	if !failing.Alone(t) {
		return
	}
	net := named{net: model.Sequential(model.Input(100), layer.Dense{Units: 100})}.compiled(t, model.Config{})
	path := filepath.Join(t.TempDir(), "net.onnx")
	if err := os.WriteFile(path, []byte("earlier"), 0o644); err != nil {
		t.Fatal(err)
	}
	failed := failing.FullDisk(t, func() error { return onnx.Save(path, net, "") })
	if !errors.Is(failed, syscall.EFBIG) {
		t.Errorf("error %v, want that the file is too large", failed)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "earlier" {
		t.Errorf("the file of before has changed: %q (%v)", content, err)
	}
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("files %v (%v), want one", list, err)
	}
}
