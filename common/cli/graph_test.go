package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGraphFile(t *testing.T) {
	for text, want := range map[string]string{
		"":        "must name a file",
		"net":     "must end in .dot",
		"net.svg": "must end in .dot; Graphviz makes a picture of it: dot -Tsvg net.dot > net.svg",
		"n/a.PNG": "must end in .dot; Graphviz makes a picture of it: dot -Tpng n/a.dot > n/a.PNG",
	} {
		if _, err := graphFile(text); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
	if got, err := graphFile("a/b.dot"); got != "a/b.dot" || err != nil {
		t.Errorf("a/b.dot: %q, error %v", got, err)
	}
}

// A file that cannot be made is known before training.
func TestGraphFolder(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "none", "net.dot")
	err := prepare(&Options{Out: dir, GraphTo: missing})
	if err == nil || !strings.Contains(err.Error(), "-graph "+missing) {
		t.Errorf("error %v, want one with -graph %s", err, missing)
	}
	folder := filepath.Join(dir, "net.dot")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := prepare(&Options{Out: dir, GraphTo: folder}); err == nil || err.Error() != "-graph "+folder+": a folder, want the name of a file" {
		t.Errorf("error %v", err)
	}
}
