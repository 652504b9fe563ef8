package dataset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"testing/iotest"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

func zipped(t testing.TB, level int, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// with returns content with the byte at i replaced.
func with(content []byte, i int, b byte) []byte {
	content = bytes.Clone(content)
	content[i] = b
	return content
}

func write(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// idxWordsOf is an IDX file of words of 32 bits.
func idxWordsOf(values []uint32, dims ...int) []byte {
	file := idxBytes(nil, dims...)
	file[2] = 12
	for _, v := range values {
		file = binary.BigEndian.AppendUint32(file, v)
	}
	return file
}

// Whatever compressed them, and whatever the size of a label, the files are the same digits.
func TestDigitFiles(t *testing.T) {
	want := noise(t, 3)
	want.labels = []uint8{7, 0, 62}
	images, labels := idxBytes(want.pixels, 3, 28, 28), idxBytes(want.labels, 3)
	for name, c := range map[string]struct{ images, labels []byte }{
		"plain":            {images, labels},
		"gzip":             {zipped(t, gzip.BestCompression, images), zipped(t, gzip.BestSpeed, labels)},
		"gzip, not packed": {zipped(t, gzip.NoCompression, images), labels},
		"gzip twice":       {slices.Concat(zipped(t, gzip.BestSpeed, images[:99]), zipped(t, gzip.BestSpeed, images[99:])), labels},
		"words":            {images, idxWordsOf([]uint32{7, 0, 62}, 3)},
		"rows of words":    {images, idxWordsOf([]uint32{7, 1, 2, 0, 1 << 30, 5, 62, 1 << 31, 9}, 3, 3)},
	} {
		t.Run(name, func(t *testing.T) {
			got, digests, err := loaded(inMemory("images", c.images), inMemory("labels", c.labels))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, name, got, want, []int{0, 1, 2})
			if digests[0] != digestOf(want.pixels, 3, 28, 28) || len(c.labels) == len(labels) && digests[1] != digestOf(want.labels, 3) {
				t.Errorf("digests %q", digests)
			}
		})
	}
}

func TestDigitReadErrors(t *testing.T) {
	fire := errors.New("disk on fire")
	images, labels := idxBytes(make([]byte, 3*784), 3, 28, 28), idxBytes([]byte{1, 2, 3}, 3)
	for _, at := range []int64{0, 3, 10, 16, 800} {
		broken := digitFile{brokenDisk{bytes.NewReader(images), at, fire}, "images", int64(len(images))}
		if _, _, err := loaded(broken, inMemory("labels", labels)); !errors.Is(err, fire) {
			t.Errorf("after %d bytes the reader's error became %v", at, err)
		}
	}
	packed := zipped(t, gzip.NoCompression, images)
	for _, at := range []int64{2, 30, 1000} {
		broken := digitFile{brokenDisk{bytes.NewReader(packed), at, fire}, "images", int64(len(packed))}
		if _, _, err := loaded(broken, inMemory("labels", labels)); !errors.Is(err, fire) {
			t.Errorf("compressed, after %d bytes the reader's error became %v", at, err)
		}
	}
}

// The sum is that of the bytes read, wherever they end in the chunks that are hashed.
func TestFill(t *testing.T) {
	source := make([]byte, 1<<20+5)
	rand.NewChaCha8([32]byte{1}).Read(source)
	broken := errors.New("disk on fire")
	for _, n := range []int{0, 1, 1<<18 - 1, 1 << 18, 1<<18 + 1, 1 << 20, len(source)} {
		for name, c := range map[string]struct {
			r    io.Reader
			want error
		}{
			"ended":  {iotest.HalfReader(bytes.NewReader(source[:n])), io.EOF},
			"broken": {io.MultiReader(bytes.NewReader(source[:n]), iotest.ErrReader(broken)), broken},
		} {
			data, sum, want := make([]byte, len(source)), sha256.New(), sha256.Sum256(source[:n])
			got, err := fill(data, c.r, sum)
			if n == len(source) {
				c.want = nil
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF
			}
			if got != n || !errors.Is(err, c.want) || !bytes.Equal(data[:n], source[:n]) || !bytes.Equal(sum.Sum(nil), want[:]) {
				t.Errorf("%s after %d bytes: %d bytes, error %v, sum %x, want %x", name, n, got, err, sum.Sum(nil), want)
			}
		}
	}
}

// A header that counts billions of pictures, and a file that unpacks to a thousand times its size, must not cost memory.
func TestIDXMemoryIsBounded(t *testing.T) {
	few, labels := idxBytes(make([]byte, 784), 1, 28, 28), idxBytes([]byte{5}, 1)
	billions := idxBytes(nil, 1<<31-1, 28, 28)
	for name, c := range map[string]struct{ images, labels []byte }{
		"count":            {billions, labels},
		"packed count":     {zipped(t, gzip.BestCompression, billions), labels},
		"bomb":             {zipped(t, gzip.BestCompression, append(bytes.Clone(few), make([]byte, 8<<20)...)), labels},
		"labels":           {few, idxBytes([]byte{5}, 1<<31-1)},
		"columns":          {few, idxBytes([]byte{5}, 1, 1<<31-1)},
		"packed columns":   {few, zipped(t, gzip.BestCompression, idxWordsOf([]uint32{5}, 1, 1<<31-1))},
		"rows and columns": {few, zipped(t, gzip.BestCompression, idxWordsOf([]uint32{5}, 1<<31-1, 64))},
	} {
		t.Run(name, func(t *testing.T) {
			before := hostile.Allocated()
			_, _, err := loaded(inMemory("images", c.images), inMemory("labels", c.labels))
			if used := hostile.Allocated() - before; used > 1<<20 {
				t.Errorf("%d bytes were allocated", used)
			}
			wording.Check(t, err, "s: ")
		})
	}
}

// Two files of any bytes, compressed or not, are accepted if and only if both have the header of digits and the length in
// it, one label for each picture, and labels from 0 to 62. The rows are then those of the files, in memory and on disk.
func FuzzDigits(f *testing.F) {
	images, labels := idxBytes(bytes.Repeat([]byte{1, 2}, 784), 2, 28, 28), idxBytes([]byte{9, 0}, 2)
	f.Add(images, labels)
	f.Add(images[:len(images)-1], labels)
	f.Add(images, labels[:8])
	f.Add(images, with(labels, 8, 63))
	f.Add(images, with(labels, 7, 3))
	f.Add(with(images, 7, 0), with(labels, 7, 0))
	f.Add(with(images, 4, 0xff), with(labels, 4, 0xff))
	f.Add(with(images, 15, 27), labels)
	f.Add(images[:16], labels[:8])
	f.Add([]byte{0x1f, 0x8b, 8, 0}, []byte{})
	f.Add(images, idxWordsOf([]uint32{3, 1, 4, 1}, 2, 2))
	packed := zipped(f, gzip.BestSpeed, images)
	f.Add(packed, zipped(f, gzip.BestSpeed, labels))
	f.Add(packed[:len(packed)-1], labels)
	f.Add(with(packed, 40, packed[40]^4), labels)
	f.Fuzz(func(t *testing.T, images, labels []byte) {
		before := hostile.Allocated()
		s, digests, err := loaded(inMemory("images", images), inMemory("labels", labels))
		// what unpacking takes, the fuzzer's own, and the names that a header of gzip may have
		if used := hostile.Allocated() - before; used > uint64(16<<20+1100*(len(images)+len(labels))) {
			t.Fatalf("%d bytes of memory for files of %d and %d", used, len(images), len(labels))
		}
		hostile.Refusal(t, err, 500)
		onDisk, _, diskErr := streamed(inMemory("images", images), inMemory("labels", labels))
		hostile.Refusal(t, diskErr, 500)
		packed := func(content []byte) bool { return bytes.HasPrefix(content, []byte{0x1f, 0x8b}) }
		if !packed(images) && !packed(labels) && len(labels) > 2 && labels[2] == 8 {
			rows := (len(images) - 16) / 784
			want := rows > 0 && bytes.Equal(images, idxBytes(images[16:], rows, 28, 28)) && len(images) == 16+784*rows &&
				len(labels) == 8+rows && bytes.Equal(labels, idxBytes(labels[8:], rows)) && slices.Max(labels[8:]) <= MaxClasses
			if (err == nil) != want {
				t.Fatalf("%d and %d bytes: %v", len(images), len(labels), err)
			}
		}
		if err != nil {
			return
		}
		if packed(images) != (diskErr != nil) {
			t.Fatalf("in memory it is accepted, on disk: %v", diskErr)
		}
		if digests[0] != digestOf(s.pixels, s.Len(), 28, 28) || len(s.pixels) != 784*s.Len() || slices.Max(s.labels) > MaxClasses {
			t.Fatalf("digests %q of %d pixels and labels %v", digests, len(s.pixels), s.labels)
		}
		for row := range onDisk.Len() {
			if !bytes.Equal(s.Pixels(row), onDisk.Pixels(row)) || s.Label(row) != onDisk.Label(row) {
				t.Fatalf("row %d differs on disk", row)
			}
		}
		if err := onDisk.Err(); err != nil {
			t.Fatal(err)
		}
	})
}
