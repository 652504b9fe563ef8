package dataset

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path/filepath"
	"sync"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/kernel"
)

// idxFile describes a known file in MNIST's IDX format: a magic number (two zero bytes, 8 for unsigned bytes, the
// number of dimensions), the dimensions as big-endian words, then the bytes. The reader does not trust the
// header. GoMNIST's own readers do: they allocate all images that the header counts before they read one.
type idxFile struct {
	name   string // without .gz
	dims   []int
	digest string // SHA-256 of the uncompressed file, in hexadecimal
}

// size is the number of data bytes.
func (f idxFile) size() int {
	size := 1
	for _, d := range f.dims {
		size *= d
	}
	return size
}

// header is how the file has to begin.
func (f idxFile) header() []byte {
	header := []byte{0, 0, 8, byte(len(f.dims))}
	for _, d := range f.dims {
		header = binary.BigEndian.AppendUint32(header, uint32(d))
	}
	return header
}

// load returns the data bytes of the file in dir, which is compressed by gzip if its name ends in .gz.
func (f idxFile) load(dir string) ([]byte, error) {
	path := filepath.Join(dir, f.name+".gz")
	data, err := f.open(path, true)
	if errors.Is(err, fs.ErrNotExist) {
		path = filepath.Join(dir, f.name)
		if data, err = f.open(path, false); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("MNIST: neither %s.gz nor %s is in the folder %s", f.name, f.name, text.Brief(dir))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("MNIST file %s: %w", text.Brief(path), err)
	}
	return data, nil
}

// open returns the data bytes of the file at path.
func (f idxFile) open(path string, compressed bool) ([]byte, error) {
	limit := int64(len(f.header()) + f.size())
	if compressed {
		limit += limit/1000 + 1024 // gzip makes incompressible bytes a little longer
	}
	file, size, err := file.Open(path, "a file of digits")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if size > limit {
		return nil, fmt.Errorf("%d bytes, want at most %d", size, limit)
	}
	in := bufio.NewReaderSize(file, 1<<16)
	if compressed {
		return f.unzip(in)
	}
	return f.read(in)
}

// unzip is read for a compressed file.
func (f idxFile) unzip(r io.Reader) ([]byte, error) {
	zip, err := gzip.NewReader(r)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader):
		return nil, errors.New("not a gzip file: no gzip header")
	case err != nil:
		return nil, err
	}
	return f.read(zip)
}

// read returns the data bytes of the uncompressed file r. It reads and allocates no more than the known size, and
// checks the header, the length and the digest.
func (f idxFile) read(r io.Reader) ([]byte, error) {
	want := f.header()
	header := make([]byte, len(want))
	if n, err := io.ReadFull(r, header); err != nil {
		return nil, short(err, "header", n, len(want))
	}
	if err := checkHeader(header, 0, f.dims...); err != nil {
		return nil, err
	}
	data := kernel.Make[uint8](f.size())
	sum := sha256.New()
	sum.Write(header)
	if n, err := fill(data, r, sum); err != nil {
		return nil, short(err, "data", n, len(data))
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.digest {
		return nil, fmt.Errorf("the SHA-256 digest of the uncompressed file is %s, want %s", got, f.digest)
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, fmt.Errorf("longer than %d bytes (uncompressed)", len(header)+len(data))
	case err == io.ErrUnexpectedEOF:
		return nil, errors.New("after the data: the gzip file is cut off")
	case err != io.EOF:
		return nil, fmt.Errorf("after the data: %w", err)
	}
	return data, nil
}

// checkHeader is an error if the header has another magic number, or other dimensions than dims after the first ones.
func checkHeader(header []byte, first int, dims ...int) error {
	if got, want := binary.BigEndian.Uint32(header), uint32(0x800+first+len(dims)); got != want {
		return fmt.Errorf("the magic number is %#08x, want %#08x", got, want)
	}
	for i, want := range dims {
		if got := binary.BigEndian.Uint32(header[4+4*(first+i):]); uint64(got) != uint64(want) {
			return fmt.Errorf("the header's dimension %d is %d, want %d", first+i, got, want)
		}
	}
	return nil
}

// fill reads all of data from r, or n bytes and an error as io.ReadFull does, and adds them to sum: one chunk is hashed
// on another core while the next one is unpacked.
func fill(data []byte, r io.Reader, sum hash.Hash) (n int, err error) {
	const size = 1 << 18
	chunks := make(chan []byte, len(data)/size+1) // room for all, so that reading never waits
	var wait sync.WaitGroup
	wait.Go(func() {
		for c := range chunks {
			sum.Write(c) // a hash.Hash never returns an error
		}
	})
	for n < len(data) && err == nil {
		var got int
		got, err = io.ReadFull(r, data[n:min(n+size, len(data))])
		chunks <- data[n : n+got]
		n += got
	}
	close(chunks)
	wait.Wait()
	return n, err
}

// short explains why the named bytes of a file ended after got bytes.
func short(err error, name string, got, want int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated: %d bytes of %s, want %d", got, name, want)
	}
	return fmt.Errorf("%s, byte %d of %d: %w", name, got, want, err)
}
