package dataset

import (
	"fmt"
	"io"
	"sync"

	"gorgonia-lectures/common/internal/file"
)

// source is an open file that is read at any place; an *os.File is one.
type source interface {
	io.ReaderAt
	io.Closer
}

// stream is the pictures of a set that stay in their file: a row is read when it is asked for. The
// file is not mapped into memory, where one that is cut off would end the process by SIGBUS instead
// of an error. All sets on one file share one stream.
type stream struct {
	source
	path   string
	header int64 // bytes before row 0

	mu   sync.Mutex
	free [][]uint8 // buffers of one row each, as many as goroutines ever read at once
	err  error     // of the first read that failed
}

// take lends a buffer for a row of n bytes; give it back with put.
func (s *stream) take(n int) []uint8 {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.free) - 1
	if last < 0 {
		return make([]uint8, n)
	}
	buffer := s.free[last]
	s.free = s.free[:last]
	return buffer
}

func (s *stream) put(buffer []uint8) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, buffer)
}

// read fills the buffer with the pixels of a row. If that fails they are 0, and the stream keeps
// the error: Batch32 and the like have none to return.
func (s *stream) read(buffer []uint8, row int) {
	size := int64(len(buffer)) // int would not hold the place in a large file on every platform
	n, err := s.ReadAt(buffer, s.header+int64(row)*size)
	if n == len(buffer) { // with io.EOF after the last row, or without
		return
	}
	clear(buffer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = fmt.Errorf("MNIST file %s: %w", s.path, short(file.Cause(err), fmt.Sprintf("digit %d", row), n, len(buffer)))
	}
}

// Err is the error of the first row that could not be read from the file of this set or of one that
// shares its inputs; the pixels of such a row are 0 in what Batch32, Batch64, Input and Pixels give.
// It is nil for a set in memory, and stays once it is not nil. The error names the file and the row.
func (s Set) Err() error {
	if s.stream == nil {
		return nil
	}
	s.stream.mu.Lock()
	defer s.stream.mu.Unlock()
	return s.stream.err
}

// Close closes the file of a set of [OpenDigits], for all sets that share its inputs. A set in memory
// has none, and Close does nothing. Without it the file is open until no set of it is left.
func (s Set) Close() error {
	if s.stream == nil {
		return nil
	}
	return s.stream.Close()
}
