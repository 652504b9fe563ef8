package dataset

import (
	"fmt"
	"strings"
	"testing"
)

// Any change of the data changes its fingerprint.
func TestFingerprintsDiffer(t *testing.T) {
	const rows = 600 // more than two pieces
	seen := map[string]string{}
	for _, c := range []struct {
		name   string
		change func(inputs, targets []float64)
	}{
		{"nothing", func([]float64, []float64) {}},
		{"first input", func(in, _ []float64) { in[0] = 1e-6 }},
		{"another row", func(in, _ []float64) { in[2] = 1e-6 }},
		{"last input", func(in, _ []float64) { in[2*rows-1] = 1e-6 }},
		{"first target", func(_, out []float64) { out[0] = 1 }},
		{"last target", func(_, out []float64) { out[rows-1] = 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			inputs, targets := make([]float64, 2*rows), make([]float64, rows)
			c.change(inputs, targets)
			s, err := FromFloats([]int{2}, inputs, []int{}, targets)
			if err != nil {
				t.Fatal(err)
			}
			got := Fingerprint(s)
			if other, ok := seen[got]; ok {
				t.Errorf("%s, as %s", got, other)
			}
			if again := Fingerprint(s); again != got {
				t.Errorf("%s, and then %s", got, again)
			}
			seen[got] = c.name
		})
	}
	if Fingerprint(counted(t, 3, false)) == Fingerprint(counted(t, 4, false)) {
		t.Error("a row more is not seen")
	}
}

// The sum is that of Python, bit by bit with the polynomial 0x82F63B78, of the inputs and then the targets as "<f".
func TestFingerprint(t *testing.T) {
	inputs, targets := make([]float64, 8), []float64{0, 1, 2, 3}
	for i := range inputs {
		inputs[i] = float64(i) / 8
	}
	s, err := FromFloats([]int{2}, inputs, []int{}, targets)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Fingerprint(s), "4 rows, CRC-32C 4b38a34a"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	unlabelled, err := FromFloats([]int{2}, inputs, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := Fingerprint(unlabelled); got == Fingerprint(s) {
		t.Errorf("%s with and without targets", got)
	}
}

// many is data without memory: row i is the number i. It notes the rows that it is asked for.
type many struct {
	rows  int
	other int // this row has another value; -1: none
	asked *[]int
}

func (m many) Len() int         { return m.rows }
func (many) InputShape() []int  { return []int{1} }
func (many) TargetShape() []int { return nil }

func (m many) Batch32(rows []int, inputs, _ []float32) {
	*m.asked = append(*m.asked, rows...)
	for i, row := range rows {
		inputs[i] = float32(row)
		if row == m.other {
			inputs[i] = -1
		}
	}
}

func (many) Batch64([]int, []float64, []float64) {}

// The fingerprint covers all of up to 131,072 rows, and 8,192 of more, spread evenly from the first to the last. It is
// that of a set of these rows alone.
func TestFingerprintOfManyRows(t *testing.T) {
	const most, spread = 131072, 8192
	for _, rows := range []int{1000, most - 1, most, most + 1, 2*most - 1, 6_000_000} {
		var asked []int
		got := Fingerprint(many{rows, -1, &asked})
		want := rows
		if rows > most {
			want = spread
		}
		if len(asked) != want || asked[0] != 0 || asked[len(asked)-1] != rows-1 {
			t.Fatalf("of %d rows %d were looked at, from %d to %d", rows, len(asked), asked[0], asked[len(asked)-1])
		}
		for i := range len(asked) - 1 {
			if gap := asked[i+1] - asked[i]; gap < 1 || gap < (rows-1)/want || gap > (rows-1)/(len(asked)-1)+1 {
				t.Fatalf("of %d rows %d was looked at, and then %d", rows, asked[i], asked[i+1])
			}
		}
		inputs := make([]float64, len(asked))
		for i, row := range asked {
			inputs[i] = float64(row)
		}
		alone, err := FromFloats([]int{1}, inputs, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, sum, _ := strings.Cut(Fingerprint(alone), " rows, ")
		if want := fmt.Sprintf("%d rows, %s", rows, sum); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for _, row := range []int{asked[0], asked[len(asked)/2], rows - 1} {
			if other := Fingerprint(many{rows, row, new([]int)}); other == got {
				t.Errorf("of %d rows another row %d is not seen", rows, row)
			}
		}
	}
}
