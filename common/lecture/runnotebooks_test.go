//go:build notebooks

package lecture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// jupyter is the folder into which make notebooks installs Jupyter, its Go kernel and goimports.
var jupyter = os.Getenv("JUPYTER")

// run runs a program's notebook in the program's folder, with a new kernel, and returns it with its cells' output.
// Jupyter reads and writes no configuration of the user.
func run(t *testing.T, program string) *notebook {
	t.Helper()
	if jupyter == "" {
		t.Fatal("JUPYTER is not set: want the folder of Jupyter, as make test-notebooks gives it")
	}
	folder := t.TempDir()
	result := filepath.Join(folder, "run.ipynb")
	cmd := exec.Command(filepath.Join(jupyter, "bin", "jupyter-nbconvert"), "--to", "notebook", "--execute",
		"--ExecutePreprocessor.record_timing=False", "--output", result, notebookPath(program))
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(jupyter, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"JUPYTER_DATA_DIR="+folder, "JUPYTER_CONFIG_DIR="+folder, "TMPDIR="+folder)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%.1f s", time.Since(start).Seconds())
	n, err := parseNotebook([]byte(read(t, result)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Each notebook, run from its first cell to its last, gives the output that is saved in it. With NOTEBOOKS=update in
// the environment its file is rewritten.
func TestNotebooks(t *testing.T) {
	for _, n := range notebooks {
		t.Run(n.program, func(t *testing.T) {
			t.Parallel()
			was, is := readNotebook(t, n.program), run(t, n.program)
			failed := false
			for _, c := range is.Cells {
				for _, failure := range c.failures() {
					failed = true
					t.Error(failure)
				}
			}
			if os.Getenv("NOTEBOOKS") == "update" {
				if !failed {
					write(t, notebookPath(n.program), is)
				}
				return
			}
			differs := false
			for i, c := range is.Cells {
				if list := differences(was.Cells[i], c); len(list) > 0 {
					differs = true
					t.Errorf("cell %s: %s", c.ID, strings.Join(list, "\n"))
				}
			}
			if differs {
				name := n.program + "-lecture.ipynb"
				write(t, filepath.Join(root, "out", name), is)
				t.Logf("out/%s has what the cells print and draw here", name)
			}
		})
	}
}

func write(t *testing.T, path string, n *notebook) {
	t.Helper()
	content, err := n.encode()
	if err == nil {
		err = os.WriteFile(path, content, 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// differences describes where the cells of two notebooks have different output.
func differences(was, is cell) (list []string) {
	if was.printed() != is.printed() {
		list = append(list, fmt.Sprintf("prints\n%s\nwant\n%s", is.printed(), was.printed()))
	}
	wanted, drawn := pictures(was), pictures(is)
	if len(wanted) != len(drawn) {
		return append(list, fmt.Sprintf("%d pictures, want %d", len(drawn), len(wanted)))
	}
	for i, picture := range drawn {
		if !bytes.Equal(picture, wanted[i]) {
			list = append(list, fmt.Sprintf("picture %d of %d bytes differs from that of %d bytes",
				i+1, len(picture), len(wanted[i])))
		}
	}
	return list
}

// pictures returns the PNG files that a cell draws.
func pictures(c cell) (files [][]byte) {
	if c.Outputs == nil {
		return nil
	}
	for _, o := range *c.Outputs {
		if text, ok := o.Data["image/png"].(string); ok {
			file, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				file = []byte(text)
			}
			files = append(files, file)
		}
	}
	return files
}
