package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An environment whose list is the wanted one is used as it is; one that cannot be made is an error.
func TestPython(t *testing.T) {
	folder := t.TempDir()
	list := filepath.Join(folder, "requirements.txt")
	if err := os.WriteFile(list, []byte("keras==3.15.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, interpreter := filepath.Join(folder, "out"), filepath.Join(folder, "no-python")
	if _, err := Python(out, interpreter, list); err == nil || !strings.Contains(err.Error(), "no-python") {
		t.Errorf("the error is %v, want one about no-python", err)
	}
	venv := filepath.Join(out, "venv")
	if err := os.MkdirAll(venv, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(venv, "requirements.txt"), []byte("keras==3.15.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	python, err := Python(out, interpreter, list)
	if err != nil || !strings.HasPrefix(python, venv) {
		t.Errorf("the interpreter is %s (%v), want one in %s", python, err, venv)
	}
}
