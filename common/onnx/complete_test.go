package onnx_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/golden"
	"gorgonia-lectures/common/keras"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/model"
)

// netsOfAll have each layer of package layer: its types with a method Kind.
func TestNetsHaveEachLayer(t *testing.T) {
	has := map[string]bool{}
	for _, n := range netsOfAll() {
		for _, l := range n.net.Layers() {
			has[reflect.TypeOf(layer.Unwrap(l.Layer)).Name()] = true
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "layer", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of package layer (%v)", len(files), err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Kind" {
				continue
			}
			found++
			if of := f.Recv.List[0].Type.(*ast.Ident).Name; !has[of] {
				t.Errorf("no net of netsOfAll has a layer.%s: add it to one, or a net of its own", of)
			}
		}
	}
	if found < 20 {
		t.Errorf("%d layers were found, want 20 or more", found)
	}
}

// Files of Keras, of both kinds, have each layer too.
func TestKerasHasEachLayer(t *testing.T) {
	for _, n := range netsOfAll() {
		net := n.compiled(t, model.Config{Seed: 7})
		inputs := made(t, 5, net.InputShape())
		want := predict(t, net, inputs, 5)
		for _, ending := range []string{".h5", ".keras"} {
			t.Run(n.name+ending, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "net"+ending)
				if err := keras.Save(path, net); err != nil {
					t.Fatal(err)
				}
				again, err := keras.Load(path)
				if err != nil {
					t.Fatal(err)
				}
				golden.Near(t, "output", predict(t, again, inputs, 5), want, 0)
				for i, l := range net.Layers() {
					if got := again.Layers()[i]; got.Name != l.Name || got.Kind() != l.Kind() {
						t.Errorf("layer %d is %s (%s), want %s (%s)", i+1, got.Name, got.Kind(), l.Name, l.Kind())
					}
				}
			})
		}
	}
}
