package record

import (
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	got := versions(&debug.BuildInfo{Deps: []*debug.Module{
		{Path: "gorgonia.org/gorgonia", Version: "v0.9.18"},
		{Path: "gorgonia.org/vecf32", Version: "v0.9.0"},
		{Path: "gorgonia.org/tensor", Version: "v0.9.24", Replace: &debug.Module{Path: "../tensor"}},
		{Path: "gonum.org/v1/gonum", Version: "v0.17.0", Replace: &debug.Module{Path: "example.org/gonum", Version: "v1.0.0"}},
	}}, true)
	want := map[string]string{"gorgonia.org/gorgonia": "v0.9.18", "gorgonia.org/tensor": "../tensor",
		"gonum.org/v1/gonum": "example.org/gonum v1.0.0"}
	if !maps.Equal(got, want) {
		t.Errorf("versions %v, want %v", got, want)
	}
	file, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range Modules {
		if !strings.Contains(string(file), "\t"+path+" v") {
			t.Errorf("go.mod does not have %s", path)
		}
	}
}
