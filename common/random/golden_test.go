package random

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"testing"
)

// What Python, Keras and TensorFlow drew from a seed: digests of count numbers as little-endian bytes.
type golden struct {
	Seed             uint32
	Randint, Choices string   // uint32
	Orders, Orders2  []string // of the epochs of a fit in Keras 3.15.1 and in 2.15, uint32
	Float32, Float64 map[string]json.RawMessage
}

type goldens struct {
	Count       int
	List        int // elements of the list that is chosen from
	Limit, Rate float64
	Calls       []uint64 // of dropout
	Seeds       []golden
}

func readGoldens(t *testing.T) (g goldens) {
	t.Helper()
	text, err := os.ReadFile("testdata/random.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Seeds) != 20 || g.Count != 10000 {
		t.Fatalf("%d seeds and %d numbers, want 20 and 10000", len(g.Seeds), g.Count)
	}
	return g
}

func parse[V any](t *testing.T, text json.RawMessage) (v V) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func check[E uint8 | uint32 | float32 | float64](t *testing.T, seed uint32, what, want string, numbers []E) {
	t.Helper()
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, numbers)
	if sum := sha256.Sum256(b.Bytes()); hex.EncodeToString(sum[:]) != want {
		t.Errorf("seed %d, %s: digest %x, want %s", seed, what, sum, want)
	}
}

func narrow(values []float64) []float32 {
	numbers := make([]float32, len(values))
	for i, v := range values {
		numbers[i] = float32(v)
	}
	return numbers
}

func TestPythonsNumbers(t *testing.T) {
	g := readGoldens(t)
	list, numbers := make([]uint32, g.List), make([]uint32, g.Count)
	for i := range list {
		list[i] = uint32(i)
	}
	for _, want := range g.Seeds {
		python := NewPython(want.Seed)
		for i := range numbers {
			numbers[i] = python.LayerSeed()
		}
		check(t, want.Seed, "randint", want.Randint, numbers)
		python = NewPython(want.Seed)
		check(t, want.Seed, "choices", want.Choices, Choices(python, list, g.Count))
	}
}

func TestOrders(t *testing.T) {
	g := readGoldens(t)
	rows, numbers := make([]int, g.Count), make([]uint32, g.Count)
	order := func(seed uint32, epoch int) []uint32 {
		Order(rows, seed, epoch)
		for i, row := range rows {
			numbers[i] = uint32(row)
		}
		return numbers
	}
	for _, want := range g.Seeds {
		for epoch := range 3 {
			check(t, want.Seed, "order of Keras 3.15.1", want.Orders[epoch], order(want.Seed, 0))
			check(t, want.Seed, "order of Keras 2.15", want.Orders2[epoch], order(want.Seed, epoch))
		}
	}
}

func TestUniformNumbersAndDropout(t *testing.T) {
	g := readGoldens(t)
	values, kept := make([]float64, g.Count), make([]uint8, g.Count)
	for _, want := range g.Seeds {
		for _, double := range []bool{false, true} {
			record := want.Float32
			if double {
				record = want.Float64
			}
			uniform := parse[string](t, record["uniform"])
			NewDraw(uint64(want.Seed), 0).Uniform(values, -g.Limit, g.Limit, double)
			if double {
				check(t, want.Seed, "uniform in float64", uniform, values)
			} else {
				check(t, want.Seed, "uniform in float32", uniform, narrow(values))
			}
			for i, digest := range parse[[]string](t, record["dropout"]) {
				NewDraw(uint64(want.Seed), g.Calls[i]).Uniform(values, 0, 1, double)
				for j, u := range values {
					kept[j] = 0
					if u >= g.Rate {
						kept[j] = 1
					}
				}
				check(t, want.Seed, "dropout", digest, kept)
			}
		}
	}
}

// What initializers and layers make of normal numbers. x is what goes into a layer, in its second call.
var normals = []struct {
	name         string
	truncated    bool
	mean, stddev float64
	layer        func(x, number float64) float64
}{
	{"normal", false, 0, 1, nil},
	{"truncated", true, 0, 1, nil},
	{"random_normal", false, 0.1, 0.05, nil},
	{"truncated_normal", true, 0.1, 0.05, nil},
	{"glorot_normal", true, 0, math.Sqrt(1./125) / 0.87962566103423978, nil},
	{"he_normal", true, 0, math.Sqrt(2./50) / 0.87962566103423978, nil},
	{"lecun_normal", true, 0, math.Sqrt(1./50) / 0.87962566103423978, nil},
	{"untruncated", false, 0, math.Sqrt(2. / 200), nil},
	{"gaussian_noise", false, 0, 0.1, func(x, number float64) float64 { return x + number }},
	{"gaussian_dropout", false, 1, math.Sqrt(0.1 / 0.9), func(x, number float64) float64 { return x * number }},
}

func TestNormalNumbers(t *testing.T) {
	g := readGoldens(t)
	values := make([]float64, g.Count)
	for _, want := range g.Seeds {
		for _, n := range normals {
			draw := func(double bool) {
				d := NewDraw(uint64(want.Seed), 0)
				if n.layer != nil {
					d = NewDraw(uint64(want.Seed), 1)
				}
				if n.truncated {
					d.TruncatedNormal(values, n.mean, n.stddev, double)
				} else {
					d.Normal(values, n.mean, n.stddev, double)
				}
				for i := range values {
					if x := float64(i-g.Count/2) / float64(g.Count/2); n.layer != nil && double {
						values[i] = n.layer(x, values[i])
					} else if n.layer != nil {
						values[i] = n.layer(float64(float32(x)), values[i]) // rounded twice is rounded once: 53 >= 2*24+2
					}
				}
			}
			draw(false)
			check(t, want.Seed, n.name, parse[string](t, want.Float32[n.name]), narrow(values))

			// In float64 the C library of TensorFlow and package math round logarithm, sine and cosine in other ways.
			first := parse[[]float64](t, want.Float64[n.name])
			if len(first) < 6 {
				t.Fatalf("%d numbers of %s", len(first), n.name)
			}
			draw(true)
			for i, w := range first {
				if math.Abs(values[i]-w) > 4*0x1p-52*(math.Abs(w)+n.mean) {
					t.Errorf("seed %d, %s, number %d is %v, want %v", want.Seed, n.name, i, values[i], w)
				}
			}
		}
	}
}

// In float64, too, AlphaDropout compares with its rate rounded to float32. Every operation rounds.
func TestAlphaDropout(t *testing.T) {
	g := readGoldens(t)
	rate, low := 0.1, -1.6732632423543772848170429916717
	low *= 1.0507009873554804934193349852946
	scale := 1 / math.Sqrt((1-rate)*(1+float64(rate*float64(low*low))))
	shift := -scale * low * rate
	values, numbers := make([]float64, g.Count), make([]float32, g.Count)
	for _, want := range g.Seeds {
		draw := NewDraw(uint64(want.Seed), 1)
		draw.Uniform(values, 0, 1, true)
		for i, u := range values {
			x := low
			if u >= float64(float32(rate)) {
				x = float64(i-g.Count/2) / float64(g.Count/2)
			}
			values[i] = float64(scale*x) + shift
		}
		check(t, want.Seed, "alpha dropout in float64", parse[string](t, want.Float64["alpha_dropout"]), values)
		draw.Uniform(values, 0, 1, false)
		for i, u := range values {
			x := float32(low)
			if u >= float64(float32(rate)) {
				x = float32(float64(i-g.Count/2) / float64(g.Count/2))
			}
			numbers[i] = float32(float32(scale)*x) + float32(shift)
		}
		check(t, want.Seed, "alpha dropout in float32", parse[string](t, want.Float32["alpha_dropout"]), numbers)
	}
}

func TestNormalNumbersReach568(t *testing.T) {
	// u = 0 becomes 1e-7; the angle 0 has the sine 0 and the cosine 1
	want := math.Sqrt(-2 * math.Log(1e-7))
	if got := Normal64([4]uint32{}); got != [2]float64{0, want} {
		t.Errorf("float64: %v, want 0 and %v", got, want)
	}
	if got := Normal32([4]uint32{}); got != [4]float32{0, float32(want), 0, float32(want)} {
		t.Errorf("float32: %v, want 0, %v, 0, %v", got, want, want)
	}
}
