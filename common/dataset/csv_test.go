package dataset

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"gorgonia-lectures/common/internal/hostile"
)

func TestReadCSV(t *testing.T) {
	for name, text := range map[string]string{
		"plain":           "a,b\n1,2\n-3.5,4e2\n",
		"no last newline": "a,b\n1,2\n-3.5,4e2",
		"CRLF":            "a,b\r\n1,2\r\n-3.5,4e2\r\n",
		"quoted":          "\"a\",b\n\"1\",2\n-3.5,4e2\n",
		"empty lines":     "a,b\n\n1,2\n\n-3.5,4E+02\n\n",
	} {
		got, err := readCSV(strings.NewReader(text), []string{"a", "b"})
		if err != nil || !slices.Equal(got, []float64{1, 2, -3.5, 400}) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestReadCSVErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	if _, err := readCSV(iotest.ErrReader(broken), []string{"a"}); !errors.Is(err, broken) {
		t.Errorf("a reader's error became %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		bloodFatCSV, "a,b\n1,2\n", "a,b\n1,heavy\n", "a,b\n1\n", "a,b\n\"1\",\"2\"\n", "a,b\nNaN,Inf\n", "a,b\n\"1\n",
		"a,b\r\n1e5,-0\r\n", "a,b\n0x1p-2,1_0\n", "",
	} {
		f.Add([]byte(seed))
	}
	columns := []string{"a", "b"}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := hostile.Allocated()
		values, err := readCSV(bytes.NewReader(text), columns)
		if used := hostile.Allocated() - before; used > uint64(16<<20+60*len(text)) { // with the fuzzer's own
			t.Fatalf("%d bytes of memory for a file of %d", used, len(text))
		}
		hostile.Refusal(t, err, 500)
		if err != nil {
			if values != nil {
				t.Fatalf("values %v with the error %v", values, err)
			}
			return
		}
		if len(values) == 0 || len(values)%2 != 0 || finite("input", values, 2) != nil {
			t.Fatalf("accepted %v", values)
		}
		// What was read can be written and read again.
		again := []byte("a,b")
		for i, v := range values {
			if math.Signbit(v) && v == 0 {
				values[i] = 0
			}
			again = append(again, ",\n"[1-i%2])
			again = strconv.AppendFloat(again, v, 'g', -1, 64)
		}
		if got, err := readCSV(bytes.NewReader(again), columns); err != nil || !slices.Equal(got, values) {
			t.Fatalf("%v read again is %v, %v", values, got, err)
		}
	})
}
