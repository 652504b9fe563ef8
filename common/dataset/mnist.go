package dataset

import (
	"fmt"

	"gorgonia-lectures/common/internal/text"
)

// digits are the names of the classes of MNIST.
var digits = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

// NameOfMNIST is the [Set.Name] of MNIST.
const NameOfMNIST = "MNIST"

// knownSet is a published set of pictures. It is recognized by the SHA-256 digests of its uncompressed files in
// hexadecimal, in the order of digitFiles; "" matches any.
type knownSet struct {
	name    string
	digests [4]string
	classes []string
}

// The files are those of yann.lecun.com/exdb/mnist, which the GoMNIST module has in its data folder.
var mnistSet = knownSet{NameOfMNIST, [4]string{
	"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
	"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
	"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
	"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}, digits}

// The digests are those of the labels in github.com/zalandoresearch/fashion-mnist, data/fashion, unpacked. The names of
// the classes are those of its README.
var fashionSet = knownSet{"Fashion-MNIST", [4]string{
	"", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
	"", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}, []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}}

// is reports whether the digests are those of the set.
func (k knownSet) is(digests [4]string) bool {
	for i, want := range k.digests {
		if want != "" && digests[i] != want {
			return false
		}
	}
	return true
}

// MNIST is the handwritten digits of LeCun, Cortes and Burges: 60,000 to train on and 10,000 to test on. Inputs have
// the shape [28 28], 1 for full ink and 0 for paper; they are bytes in memory, 55 MB in all. Targets have the shape [],
// the digit.
//
// The files are in dir, as for [ReadDigits]. An empty dir means the data folder of the GoMNIST module in the module
// cache: under GOMODCACHE or GOPATH, of the environment or the go env file, or under the default GOPATH. Nothing is
// downloaded. The error names the folders tried, or the file and what is wrong with its size, magic number, dimensions
// or SHA-256 digest.
func MNIST(dir string) (train, test Set, err error) {
	if dir == "" {
		if dir, err = mnistDir(); err != nil {
			return Set{}, Set{}, err
		}
	}
	files, err := findDigits(dir)
	if err != nil {
		return Set{}, Set{}, err
	}
	sets, digests, err := files.load(false)
	if err != nil {
		return Set{}, Set{}, err
	}
	for i, want := range mnistSet.digests {
		switch path := files.paths[i]; {
		case path == "":
			return Set{}, Set{}, fmt.Errorf("%s: %s is not in the folder", text.Brief(dir), digitFiles[i])
		case digests[i] != want:
			return Set{}, Set{}, fmt.Errorf("%s: the SHA-256 digest of the uncompressed file is %s, want MNIST's: %s",
				text.Brief(path), digests[i], want)
		}
	}
	for i := range sets {
		sets[i].name, sets[i].classes = NameOfMNIST, digits
	}
	return sets[0], sets[1], nil
}
