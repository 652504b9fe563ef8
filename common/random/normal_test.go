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

// Kinds of numbers in testdata/random.json: TensorFlow multiplies standard normal numbers by stddev, then adds mean.
var kinds = []struct {
	name         string
	truncated    bool
	mean, stddev float64
}{
	{"normal", false, 0, 1},
	{"truncated", true, 0, 1},
	{"random_normal", false, 0.1, 0.05},
	{"truncated_normal", true, 0.1, 0.05},
	{"glorot_normal", true, 0, math.Sqrt(1./125) / 0.87962566103423978},
	{"he_normal", true, 0, math.Sqrt(2./50) / 0.87962566103423978},
	{"lecun_normal", true, 0, math.Sqrt(1./50) / 0.87962566103423978},
	{"untruncated", false, 0, math.Sqrt(2. / 200)},
}

// What the initializers of one seed drew: a digest of count numbers of float32, the first numbers of float64.
type initialized struct {
	Seed    uint32
	Float32 map[string]json.RawMessage
	Float64 map[string]json.RawMessage
}

func readInitialized(t *testing.T) (count int, seeds []initialized) {
	t.Helper()
	text, err := os.ReadFile("testdata/random.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Count int
		Seeds []initialized
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Seeds) != 20 {
		t.Fatalf("%d seeds, want 20", len(file.Seeds))
	}
	return file.Count, file.Seeds
}

// The words of an initializer's call: Keras takes the seed modulo 2^31-2, TensorFlow scrambles it by Philox.
func initializerWords(seed uint32) Words {
	w := Philox([4]uint32{seed % (1<<31 - 2), 0, 0, 0}, [2]uint32{0x3ec8f720, 0x02461e29})
	return func(i uint64) [4]uint32 {
		return Philox([4]uint32{uint32(i), uint32(i >> 32), w[2], w[3]}, [2]uint32{w[0], w[1]})
	}
}

func TestNormalNumbersOfFloat32AreTensorFlowsToTheBit(t *testing.T) {
	count, seeds := readInitialized(t)
	for _, seed := range seeds {
		words := initializerWords(seed.Seed)
		for _, kind := range kinds {
			var drawn bytes.Buffer
			for i := range uint64(count / 4) {
				numbers := Normal32(words(i))
				if kind.truncated {
					numbers = TruncatedNormal32(words, i)
				}
				for _, z := range numbers {
					x := float32(z*float32(kind.stddev)) + float32(kind.mean)
					binary.Write(&drawn, binary.LittleEndian, x)
				}
			}
			digest := sha256.Sum256(drawn.Bytes())
			var want string
			if err := json.Unmarshal(seed.Float32[kind.name], &want); err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(digest[:]); got != want {
				t.Errorf("seed %d, %s: digest %s, want %s", seed.Seed, kind.name, got, want)
			}
		}
	}
}

// The C library of TensorFlow and package math round the logarithm, sine and cosine of float64 otherwise.
func TestNormalNumbersOfFloat64AreTensorFlowsWithinFourUnitsInTheLastPlace(t *testing.T) {
	_, seeds := readInitialized(t)
	for _, seed := range seeds {
		words := initializerWords(seed.Seed)
		for _, kind := range kinds {
			var want []float64
			if err := json.Unmarshal(seed.Float64[kind.name], &want); err != nil {
				t.Fatal(err)
			}
			if len(want) == 0 || len(want)%2 == 1 {
				t.Fatalf("%d numbers of %s", len(want), kind.name)
			}
			for i := range want {
				numbers := Normal64(words(uint64(i / 2)))
				if kind.truncated {
					numbers = TruncatedNormal64(words, uint64(i/2))
				}
				z := numbers[i%2]
				got := float64(z*kind.stddev) + kind.mean
				unit := math.Nextafter(math.Abs(z), math.Inf(1)) - math.Abs(z)
				unit = max(unit*kind.stddev, math.Nextafter(math.Abs(got), math.Inf(1))-math.Abs(got))
				if math.Abs(got-want[i]) > 4*unit {
					t.Errorf("seed %d, %s, number %d: %v, want %v", seed.Seed, kind.name, i, got, want[i])
				}
			}
		}
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
