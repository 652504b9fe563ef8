package kernel

import (
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

var updateBits = flag.Bool("update", false, "write the checksums in testdata anew")

// AVX2 and NEON give the same bits: the checksums were made with AVX2.
func TestBitsOfAVX2AndNEON(t *testing.T) {
	const path = "testdata/bits.txt"
	if *updateBits {
		oracle.AtLevel(t, AVX2, func() { oracle.FatalIf(t, os.WriteFile(path, []byte(checksums(t)), 0o644)) })
	}
	want, err := os.ReadFile(path)
	oracle.FatalIf(t, err)
	for _, l := range []Level{AVX2, NEON} {
		if !slices.Contains(Levels(), l) {
			continue
		}
		oracle.AtLevel(t, l, func() {
			got, want := strings.Split(checksums(t), "\n"), strings.Split(string(want), "\n")
			if len(got) != len(want) {
				t.Fatalf("%v: %d kernels, want the %d of %s", l, len(got), len(want), path)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("%v: %s, want %s", l, got[i], want[i])
				}
			}
		})
	}
}

// checksums has a line for each kernel: its name and the CRC-32 of its result.
func checksums(t *testing.T) string {
	var text strings.Builder
	for _, task := range tasks[float32](t) {
		y := make([]float32, task.size)
		task.run(y)
		bytes, err := binary.Append(nil, binary.LittleEndian, y)
		oracle.FatalIf(t, err)
		fmt.Fprintf(&text, "%s: %08x\n", task.name, crc32.ChecksumIEEE(bytes))
	}
	return text.String()
}
