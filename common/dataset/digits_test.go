package dataset

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
)

// idxBytes is an IDX file of bytes.
func idxBytes(content []byte, dims ...int) []byte {
	file := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, uint32(d))
	}
	return append(file, content...)
}

// saveDigits writes the four files that OpenDigits reads.
func saveDigits(t testing.TB, dir string, train, test Set) {
	t.Helper()
	for i, s := range []Set{train, test} {
		var pixels, labels []byte
		for row := range s.Len() {
			pixels, labels = append(pixels, s.Pixels(row)...), append(labels, byte(s.Label(row)))
		}
		write(t, filepath.Join(dir, digitFiles[2*i]), idxBytes(pixels, s.Len(), 28, 28))
		write(t, filepath.Join(dir, digitFiles[2*i+1]), idxBytes(labels, s.Len()))
	}
}

// noise is digits of random pixels in memory.
func noise(t testing.TB, rows int) Set {
	t.Helper()
	random := rand.New(rand.NewPCG(3, uint64(rows)))
	pixels, labels := make([]byte, rows*784), make([]byte, rows)
	for i := range pixels {
		pixels[i] = byte(random.Uint32())
	}
	for i := range labels {
		labels[i] = byte(random.IntN(10))
	}
	s := labelled(labels)
	s.pixels = pixels
	return s
}

// open opens the digits in dir until the test ends.
func open(t testing.TB, dir string) (train, test Set) {
	t.Helper()
	train, test, err := OpenDigits(dir, digits...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, s := range []Set{train, test} {
			_ = s.Close() // an error: the test has closed it
		}
	})
	return train, test
}

// onDisk is the set from files.
func onDisk(t testing.TB, s Set) Set {
	t.Helper()
	dir := t.TempDir()
	saveDigits(t, dir, s, s.First(1))
	streamed, _ := open(t, dir)
	return streamed
}

// equal wants the given rows of both sets to be the same, whichever method reads them.
func equal(t *testing.T, what string, got, want Set, rows []int) {
	t.Helper()
	if got.Len() != want.Len() || !reflect.DeepEqual(got.InputShape(), want.InputShape()) ||
		!reflect.DeepEqual(got.TargetShape(), want.TargetShape()) {
		t.Fatalf("%s: %d rows of %v and %#v, want %d of %v and %#v", what, got.Len(), got.InputShape(), got.TargetShape(),
			want.Len(), want.InputShape(), want.TargetShape())
	}
	in, out := len(rows)*want.inputSize, len(rows)*want.targetSize
	type batches struct {
		in32, out32 []float32
		in64, out64 []float64
	}
	read := func(s Set) batches {
		b := batches{make([]float32, in), make([]float32, out), make([]float64, in), make([]float64, out)}
		s.Batch32(rows, b.in32, b.out32)
		s.Batch64(rows, b.in64, b.out64)
		return b
	}
	if !reflect.DeepEqual(read(got), read(want)) {
		t.Errorf("%s: the batch of rows %v differs", what, rows)
	}
	for _, row := range rows {
		if !bytes.Equal(got.Pixels(row), want.Pixels(row)) || !reflect.DeepEqual(got.Input(row), want.Input(row)) ||
			!reflect.DeepEqual(got.Target(row), want.Target(row)) || got.Label(row) != want.Label(row) {
			t.Errorf("%s: row %d differs", what, row)
		}
	}
	if err := got.Err(); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// MNIST from disk is the same as MNIST in memory, and so are the sets made of it.
func TestStreamedMNIST(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads all digits")
	}
	wantTrain, wantTest := mnist(t)
	dir := t.TempDir()
	saveDigits(t, dir, wantTrain, wantTest)
	gotTrain, gotTest := open(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name string
		make func(Set) (Set, error)
	}{
		{"whole", func(s Set) (Set, error) { return s, nil }},
		{"Reshape", func(s Set) (Set, error) { return s.Reshape(28, 28, 1) }},
		{"First", func(s Set) (Set, error) { return s.First(9000), nil }},
		{"OneHot", func(s Set) (Set, error) { return s.OneHot(10, false) }},
		{"Rows", func(s Set) (Set, error) { return s.Rows([]int{9999, 0, 7, 7, 8000}) }},
		{"Rows of First, one-hot", func(s Set) (Set, error) {
			s, err := s.First(100).Rows([]int{99, 3, 50})
			if err != nil {
				return Set{}, err
			}
			return s.OneHot(10, false)
		}},
		{"First of Rows", func(s Set) (Set, error) {
			s, err := s.Rows([]int{5, 4, 3, 2, 1})
			return s.First(3), err
		}},
		{"First part of Split", func(s Set) (Set, error) {
			s, _, err := s.Split(0.3, 5)
			return s, err
		}},
		{"second part of Split", func(s Set) (Set, error) {
			_, s, err := s.Split(0.3, 5)
			return s, err
		}},
	} {
		for _, pair := range [][2]Set{{gotTrain, wantTrain}, {gotTest, wantTest}} {
			got, err := c.make(pair[0])
			if err != nil {
				t.Fatal(err)
			}
			want, err := c.make(pair[1])
			if err != nil {
				t.Fatal(err)
			}
			rows := []int{0, want.Len() - 1}
			for range 50 {
				rows = append(rows, random.IntN(want.Len()))
			}
			equal(t, c.name, got, want, rows)
		}
	}
	for _, s := range []Set{gotTrain, gotTest} {
		if s.pixels != nil || s.targets != nil || len(s.labels) != s.Len() {
			t.Error("a streamed set has pixels in memory, or its labels not as bytes")
		}
	}
}

// Many goroutines read one set, and sets that share its file.
func TestStreamedConcurrently(t *testing.T) {
	want := noise(t, 300)
	got := onDisk(t, want)
	reversed := make([]int, want.Len())
	for i := range reversed {
		reversed[i] = want.Len() - 1 - i
	}
	gotBack, err := got.Rows(reversed)
	if err != nil {
		t.Fatal(err)
	}
	wantBack, err := want.Rows(reversed)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(9, uint64(worker)))
			for range 40 {
				rows := random.Perm(want.Len())[:5]
				equal(t, "forward", got, want, rows)
				equal(t, "backward", gotBack, wantBack, rows)
			}
		})
	}
	wait.Wait()
	if n := len(got.stream.free); n < 1 || n > 8 {
		t.Errorf("%d buffers are kept, want one for each of 8 goroutines at most", n)
	}
}

func TestStreamedBatchAllocatesNothing(t *testing.T) {
	s := onDisk(t, noise(t, 40))
	rows := []int{7, 39, 39, 0}
	in32, out32, in64, out64 := make([]float32, 4*784), make([]float32, 4), make([]float64, 4*784), make([]float64, 4)
	if n := testing.AllocsPerRun(100, func() { s.Batch32(rows, in32, out32) }); n != 0 {
		t.Errorf("Batch32 allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { s.Batch64(rows, in64, out64) }); n != 0 {
		t.Errorf("Batch64 allocates %v times", n)
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

// If a file cannot be opened, the others are closed: Windows does not remove open files.
func TestOpenDigitsClosesWhatItOpened(t *testing.T) {
	dir := t.TempDir()
	saveDigits(t, dir, noise(t, 2), noise(t, 1))
	write(t, filepath.Join(dir, digitFiles[3]), nil)
	if _, _, err := OpenDigits(dir); err == nil {
		t.Fatal("empty labels were taken")
	}
	for _, f := range digitFiles {
		if err := os.Remove(filepath.Join(dir, f)); err != nil {
			t.Error(err)
		}
	}
}
