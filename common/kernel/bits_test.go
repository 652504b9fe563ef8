package kernel

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/kernel/internal/oracle"
)

// AVX2 and NEON give the same bits: the checksums were made with AVX2.
func TestBitsOfAVX2AndNEON(t *testing.T) {
	text, err := os.ReadFile("testdata/bits.txt")
	oracle.FatalIf(t, err)
	want := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[name] = sum
	}
	for _, l := range []Level{AVX2, NEON} {
		if !slices.Contains(Levels(), l) {
			continue
		}
		oracle.AtLevel(t, l, func() {
			for i, task := range tasks[float32](t) {
				name := fmt.Sprint(i, " ", task.name)
				y := make([]float32, task.size)
				task.run(y)
				bytes, err := binary.Append(nil, binary.LittleEndian, y)
				oracle.FatalIf(t, err)
				if got := fmt.Sprintf("%08x", crc32.ChecksumIEEE(bytes)); got != want[name] {
					t.Errorf("%v: %s: %s, want %s", l, name, got, want[name])
				}
			}
		})
	}
}
