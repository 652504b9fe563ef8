package dataset

import (
	"fmt"
	"io"
	"sync"

	"gorgonia-lectures/common/internal/text"
)

// source is an open file that is read at any offset, such as an *os.File.
type source interface {
	io.ReaderAt
	io.Closer
}

// stream reads the pictures of a set from their file. The file is not mapped into memory: if a mapped file is
// truncated, SIGBUS ends the process without an error. All sets of one file share one stream.
type stream struct {
	source
	path   string
	header int64 // bytes before row 0
	turned bool  // rows in the file are columns of the picture

	mu   sync.Mutex
	free [][]uint8 // buffers of one row, at most one for each goroutine that reads
	err  error     // of the first read that failed
}

// take returns a buffer for a row of n bytes. The caller returns it with put.
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

// read fills the buffer with the pixels of a row. If that fails, they are 0, and the stream keeps the error, because
// Batch32 and similar methods cannot return one.
func (s *stream) read(buffer []uint8, row int) {
	size := int64(len(buffer)) // int may be too small for offsets in a large file
	n, err := s.ReadAt(buffer, s.header+int64(row)*size)
	if n == len(buffer) { // with io.EOF after the last row, or without
		if s.turned {
			transpose(buffer)
		}
		return
	}
	clear(buffer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		err = short(err, fmt.Sprintf("digit %d", row), n, len(buffer))
		s.err = fmt.Errorf("%s: %w", text.Brief(s.path), err)
	}
}

// Err returns the first error of reading a row from the file of this set and of those that share its inputs. It names
// the file and the row, whose pixels are 0 in Batch32, Batch64, Input and Pixels. It returns nil for a set in memory.
func (s Set) Err() error {
	if s.stream == nil {
		return nil
	}
	s.stream.mu.Lock()
	defer s.stream.mu.Unlock()
	return s.stream.err
}

// Close closes the file of a set of [OpenDigits], for all sets that share its inputs. It does nothing for a set in
// memory.
func (s Set) Close() error {
	if s.stream == nil {
		return nil
	}
	return s.stream.Close()
}
