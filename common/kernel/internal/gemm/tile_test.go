//go:build (amd64 || arm64) && !purego

package gemm

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// The generator knows the fields of the kernels' arguments by their order alone.
func TestGeneratorHasTheFieldsOfArguments(t *testing.T) {
	for _, c := range []struct {
		file, prefix string
		kind         reflect.Type
	}{
		{"../../_asm/tile.go", "tile", reflect.TypeFor[tile]()},
		{"../../_asm/sparse.go", "sparse", reflect.TypeFor[sparseRows]()},
	} {
		text, err := os.ReadFile(c.file)
		oracle.FatalIf(t, err)
		_, list, _ := strings.Cut(string(text), "const (\n\t"+c.prefix)
		list, _, _ = strings.Cut(c.prefix+list, ")")
		names := strings.Fields(strings.Replace(list, " = 8 * iota", "", 1))
		if c.kind.NumField() != len(names) {
			t.Fatalf("%s: %d fields, the generator has %d: %v", c.prefix, c.kind.NumField(), len(names), names)
		}
		for i, name := range names {
			name = strings.ToLower(strings.TrimPrefix(name, c.prefix))
			if f := c.kind.Field(i); strings.ToLower(f.Name) != name || f.Offset != uintptr(8*i) {
				t.Errorf("%s: field %d is %s at %d, the generator has %s at %d", c.prefix, i, f.Name, f.Offset, name, 8*i)
			}
		}
	}
}
