package dataset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/iotest"

	"gorgonia-lectures/common/internal/hostile"
)

// fewDigits is a file of three pictures of 2x2 pixels.
func fewDigits() (f idxFile, content []byte) {
	content = []byte{0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 2, 3, 50, 60, 70, 80, 252, 253, 254, 255}
	return idxFile{"few-images-idx3-ubyte", []int{3, 2, 2}, digest(content)}, content
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

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

func TestIDXLoads(t *testing.T) {
	f, content := fewDigits()
	for name, text := range map[string][]byte{
		f.name:         content,
		f.name + ".gz": zipped(t, gzip.BestCompression, content),
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, name), text)
		data, err := f.load(dir)
		if err != nil || !bytes.Equal(data, content[16:]) {
			t.Errorf("%s: %v, %v", name, data, err)
		}
	}
	// Any compression is accepted: the digest is that of the content.
	for _, level := range []int{gzip.NoCompression, gzip.BestSpeed} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, f.name+".gz"), zipped(t, level, content))
		if _, err := f.load(dir); err != nil {
			t.Errorf("level %d: %v", level, err)
		}
	}
}

func write(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestIDXReadError(t *testing.T) {
	f, content := fewDigits()
	broken := errors.New("disk on fire")
	for _, n := range []int{0, 10, 20, 28} {
		_, err := f.read(io.MultiReader(bytes.NewReader(content[:n]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes the reader's error became %v", n, err)
		}
	}
	data, err := f.read(iotest.OneByteReader(bytes.NewReader(content)))
	if err != nil || !bytes.Equal(data, content[16:]) {
		t.Errorf("byte by byte: %v, %v", data, err)
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

// A header that counts 4 billion images, and a file that unpacks to a thousand times its size, must
// not cost memory.
func TestIDXMemoryIsBounded(t *testing.T) {
	few, content := fewDigits()
	hostile := []byte{0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28}
	bomb := zipped(t, gzip.BestCompression, append(bytes.Clone(content), make([]byte, 8<<20)...))
	for name, c := range map[string]struct {
		f    idxFile
		text []byte
	}{
		"count": {mnistFiles[0], zipped(t, gzip.BestCompression, hostile)},
		"bomb":  {few, bomb},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.f.unzip(bytes.NewReader(c.text))
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
			t.Errorf("%s: %d bytes were allocated for a file of %d", name, n, len(c.text))
		}
	}
}

// A file of any bytes is accepted if and only if it has the header, the length and the digest. The wanted digest is
// that of the bytes, so that it alone never decides.
func FuzzIDX(f *testing.F) {
	good, content := fewDigits()
	f.Add(content)
	f.Add(content[:20])
	f.Add(append(bytes.Clone(content), 1))
	f.Add(with(content, 3, 1))
	f.Add(with(content, 4, 0xff))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		file := good
		file.digest = digest(text)
		data, err := file.read(bytes.NewReader(text))
		want := len(text) == len(content) && bytes.Equal(text[:16], content[:16])
		// A longer file is refused for its length or its digest.
		hostile.Refusal(t, err, 500)
		if (err == nil) != want {
			t.Fatalf("%d bytes: %v", len(text), err)
		}
		if err == nil && !bytes.Equal(data, text[16:]) {
			t.Fatalf("data %v of the file %v", data, text)
		}
	})
}

// A compressed file is accepted only if it unpacks to the one content that has the digest.
func FuzzIDXUnzip(f *testing.F) {
	file, content := fewDigits()
	packed := zipped(f, gzip.BestCompression, content)
	f.Add(packed)
	f.Add(packed[:len(packed)-1])
	f.Add(with(packed, 12, packed[12]^4))
	f.Add(zipped(f, gzip.NoCompression, append(bytes.Clone(content), 0)))
	f.Add(append(bytes.Clone(packed), zipped(f, gzip.BestSpeed, nil)...))
	f.Add(content)
	f.Fuzz(func(t *testing.T, text []byte) {
		before := hostile.Allocated()
		data, err := file.unzip(bytes.NewReader(text))
		// what unpacking takes, the fuzzer's own, and the names that the header may have
		if used := hostile.Allocated() - before; used > uint64(16<<20+8*len(text)) {
			t.Fatalf("%d bytes of memory for a file of %d", used, len(text))
		}
		hostile.Refusal(t, err, 500)
		if err == nil && !bytes.Equal(data, content[16:]) {
			t.Fatalf("accepted %v as %v", text, data)
		}
	})
}
