//go:build amd64 && !purego

package kernel

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// The generator knows the fields of a tile by their order alone.
func TestGeneratorHasTheFieldsOfTile(t *testing.T) {
	text, err := os.ReadFile("_asm/tile.go")
	fatalIf(t, err)
	_, list, _ := strings.Cut(string(text), "tileA = 8 * iota")
	list, _, _ = strings.Cut("tileA"+list, ")")
	var names []string
	for _, name := range strings.Fields(list) {
		names = append(names, strings.ToLower(strings.TrimPrefix(name, "tile")))
	}
	kind := reflect.TypeFor[tile]()
	if kind.NumField() != len(names) {
		t.Fatalf("tile has %d fields, the generator %d: %v", kind.NumField(), len(names), names)
	}
	for i, name := range names {
		if f := kind.Field(i); strings.ToLower(f.Name) != name || f.Offset != uintptr(8*i) {
			t.Errorf("field %d is %s at %d, the generator has %s at %d", i, f.Name, f.Offset, name, 8*i)
		}
	}
}
