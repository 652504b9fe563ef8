package checkpoint

import (
	"testing"

	"gorgonia-lectures/common/dataset"
)

// Other data have other fingerprints, however little is other.
func TestFingerprintTellsDataApart(t *testing.T) {
	const rows = 600 // more than two pieces
	seen := map[string]string{}
	for what, change := range map[string]func(inputs, targets []float64){
		"nothing":      func([]float64, []float64) {},
		"first input":  func(in, _ []float64) { in[0] = 1e-6 },
		"another row":  func(in, _ []float64) { in[2] = 1e-6 },
		"last input":   func(in, _ []float64) { in[2*rows-1] = 1e-6 },
		"first target": func(_, out []float64) { out[0] = 1 },
		"last target":  func(_, out []float64) { out[rows-1] = 1 },
	} {
		inputs, targets := make([]float64, 2*rows), make([]float64, rows)
		change(inputs, targets)
		s, err := dataset.FromFloats([]int{2}, inputs, []int{}, targets)
		if err != nil {
			t.Fatal(err)
		}
		got := Fingerprint(s)
		if other, ok := seen[got]; ok {
			t.Errorf("%s: %s, as %s", what, got, other)
		}
		if again := Fingerprint(s); again != got {
			t.Errorf("%s: %s, and then %s", what, got, again)
		}
		seen[got] = what
	}
	if Fingerprint(digits(t, 3)) == Fingerprint(digits(t, 4)) {
		t.Error("a row more is not seen")
	}
}

// The sum is that of Python, bit by bit with the polynomial 0x82F63B78, of the inputs and then the targets as "<f".
func TestFingerprint(t *testing.T) {
	inputs, targets := make([]float64, 8), []float64{0, 1, 2, 3}
	for i := range inputs {
		inputs[i] = float64(i) / 8
	}
	s, err := dataset.FromFloats([]int{2}, inputs, []int{}, targets)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Fingerprint(s), "4 rows, CRC-32C 4b38a34a"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	unlabelled, err := dataset.FromFloats([]int{2}, inputs, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := Fingerprint(unlabelled); got == Fingerprint(s) {
		t.Errorf("%s with and without targets", got)
	}
}
