package dataset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

// If the file of a set is truncated, the error of all sets that share it names the first missing digit that was read,
// and stays. The rows before the cut can be read.
func TestStreamIsCutOff(t *testing.T) {
	want := noise(t, 9)
	s := onDisk(t, want)
	flat, err := s.Reshape(784)
	if err != nil {
		t.Fatal(err)
	}
	picked, err := s.Rows([]int{8, 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(s.stream.path, 16+5*784+100); err != nil {
		t.Fatal(err)
	}
	equal(t, "before the cut", s, want, []int{4, 0})
	inputs, targets := make([]float32, 2*784), make([]float32, 2)
	for i := range inputs {
		inputs[i] = 7
	}
	picked.First(1).Batch32([]int{0}, inputs[784:], targets)
	s.Batch32([]int{5}, inputs, targets)
	for _, set := range []Set{s, flat, picked, s.First(2)} {
		wording.Check(t, set.Err(), s.stream.path, "0 bytes of digit 8", "784")
	}
	if !slices.Equal(inputs, make([]float32, 2*784)) || !bytes.Equal(s.Pixels(6), make([]byte, 784)) {
		t.Error("pixels that could not be read are not 0")
	}
	if targets[0] != float32(want.Label(5)) {
		t.Errorf("the target is %v, want %d", targets[0], want.Label(5))
	}

	other := onDisk(t, want)
	if err := os.Truncate(other.stream.path, 16+5*784+100); err != nil {
		t.Fatal(err)
	}
	other.Input(5)
	wording.Check(t, other.Err(), "truncated: 100 bytes of digit 5, want 784")
}

func TestStreamIsClosed(t *testing.T) {
	s := onDisk(t, noise(t, 3))
	if err := errors.Join(s.Err(), s.First(1).Close()); err != nil {
		t.Fatal(err)
	}
	s.Pixels(2)
	if err := s.Err(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v, want %v", err, os.ErrClosed)
	}
	wording.Check(t, s.Err(), s.stream.path+": digit 2, byte 0 of 784: ")
	if err := s.Close(); err == nil {
		t.Error("closed twice without an error")
	}
	memory := noise(t, 1)
	if err := errors.Join(memory.Err(), memory.Close(), Set{}.Err(), Set{}.Close()); err != nil {
		t.Errorf("a set in memory: %v", err)
	}
}

// brokenDisk fails after some byte.
type brokenDisk struct {
	*bytes.Reader
	from int64
	err  error
}

func (d brokenDisk) Close() error { return nil }

func (d brokenDisk) ReadAt(p []byte, at int64) (n int, err error) {
	if at+int64(len(p)) <= d.from {
		return d.Reader.ReadAt(p, at)
	}
	if at < d.from {
		n, _ = d.Reader.ReadAt(p[:d.from-at], at)
	}
	return n, d.err
}

// inMemory is a file of a test.
func inMemory(path string, content []byte) digitFile {
	return digitFile{brokenDisk{bytes.NewReader(content), 1 << 62, nil}, path, int64(len(content))}
}

func TestStreamReadErrors(t *testing.T) {
	fire := errors.New("disk on fire")
	images, labels := idxBytes(make([]byte, 3*784), 3, 28, 28), idxBytes([]byte{1, 2, 3}, 3)
	broken := func(path string, content []byte, from int64) digitFile {
		return digitFile{brokenDisk{bytes.NewReader(content), from, fire}, path, int64(len(content))}
	}
	for _, c := range []struct {
		name           string
		images, labels digitFile
		facts          []string
	}{
		{"header of pictures", broken("i", images, 10), inMemory("l", labels), []string{"i: ", "header", "byte 10 of 16"}},
		{"header of labels", inMemory("i", images), broken("l", labels, 3), []string{"l: ", "header", "byte 3 of 8"}},
		{"labels", inMemory("i", images), broken("l", labels, 9), []string{"l: ", "data", "byte 1 of 3"}},
		{"pictures", broken("i", images, 16+784+5), inMemory("l", labels), []string{"i: ", "digit 1", "byte 5 of 784"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _, err := streamed(c.images, c.labels)
			if err == nil {
				s.Batch64([]int{0, 1, 2}, make([]float64, 3*784), nil)
				err = s.Err()
			}
			if !errors.Is(err, fire) {
				t.Errorf("error %v, want %v", err, fire)
			}
			wording.Check(t, err, c.facts...)
		})
	}
}

// A header that counts 4 billion digits costs no memory.
func TestOpenDigitsMemoryIsBounded(t *testing.T) {
	for _, lie := range []string{"images", "labels", "both"} {
		images, labels := idxBytes(make([]byte, 784), 1, 28, 28), idxBytes([]byte{5}, 1)
		if lie != "labels" {
			binary.BigEndian.PutUint32(images[4:], 0xffffffff)
		}
		if lie != "images" {
			binary.BigEndian.PutUint32(labels[4:], 0xffffffff)
		}
		before := hostile.Allocated()
		_, _, err := streamed(inMemory("i", images), inMemory("l", labels))
		if used := hostile.Allocated() - before; used > 1<<20 {
			t.Errorf("%s: %d bytes of memory", lie, used)
		}
		if err == nil || !strings.Contains(err.Error(), "of its header") && !strings.Contains(err.Error(), "want 1 to") {
			t.Errorf("%s: error %v, want one about the length", lie, err)
		}
	}
}
