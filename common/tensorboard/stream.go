package tensorboard

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// stream is a file of events, of which each write has whole records: TensorBoard reads it while it grows, and after a
// kill up to the last whole record.
type stream struct {
	folder  string
	file    eventFile // nil until the first write
	name    string
	size    int64  // of the records in the file
	pending []byte // records to be written
	lost    error  // why some records will never be; nil: none
	broken  bool   // the file ends with a part of a record that cannot be removed
	create  func(path string) (eventFile, error)
}

// eventFile is the part of an *os.File that a stream uses.
type eventFile interface {
	WriteAt(data []byte, offset int64) (int, error)
	Truncate(size int64) error
	Close() error
}

// filePrefix begins the names of files by which TensorBoard knows them.
const filePrefix = "events.out.tfevents."

// create makes a new file.
func create(path string) (eventFile, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// mostPending bounds the bytes that wait for a disk that is full.
const mostPending = 16 << 20

// add appends an event, to be written by the next flush.
func (s *stream) add(event []byte) {
	if s.lost == nil {
		s.pending = appendRecord(s.pending, event)
	}
}

// flush writes the pending events. After an error the file has whole records only, and the next flush tries again.
func (s *stream) flush(now time.Time) error {
	if s.lost != nil || len(s.pending) == 0 {
		return s.lost
	}
	err := s.open(now)
	if err == nil {
		err = s.write(s.pending)
	}
	if err == nil {
		s.pending = s.pending[:0]
		return nil
	}
	path := s.name
	if path == "" {
		path = s.folder
	}
	err = fmt.Errorf("write %s: %w", text.Brief(path), file.Cause(err))
	if s.broken || len(s.pending) > mostPending {
		s.lost, s.pending = err, nil
	}
	return err
}

// write appends records to the file, or none of them.
func (s *stream) write(records []byte) error {
	_, err := s.file.WriteAt(records, s.size)
	if err == nil {
		s.size += int64(len(records))
		return nil
	}
	// package os reports no bytes of a write that fails after some
	if failed := s.file.Truncate(s.size); failed != nil {
		s.broken = true
		return errors.Join(err, failed)
	}
	return err
}

// files counts those of this process, so that two of one second have two names.
var files atomic.Int64

// open makes the file, unless it is open, and begins it as TensorBoard wants. Its name is as those of TensorFlow's
// files, whose order is that of their times.
func (s *stream) open(now time.Time) error {
	if s.file == nil {
		if err := os.MkdirAll(s.folder, 0o755); err != nil {
			return err
		}
		host, err := os.Hostname()
		if err != nil || strings.ContainsAny(host, `/\:`) {
			host = "localhost"
		}
		name := fmt.Sprintf("%s%010d.%s.%d.%d.v2", filePrefix, now.Unix(), host, os.Getpid(), files.Add(1)-1)
		path := filepath.Join(s.folder, name)
		if s.file, err = s.create(path); err != nil {
			s.file = nil // not an eventFile with nothing in it
			return err
		}
		s.name = path
	}
	if s.size == 0 {
		return s.write(appendRecord(nil, firstEvent(seconds(now))))
	}
	return nil
}

// close writes what is pending, and closes the file. It removes a file without a record.
func (s *stream) close(now time.Time) error {
	err := s.flush(now)
	if s.file == nil {
		return err
	}
	if closed := s.file.Close(); closed != nil && err == nil {
		err = fmt.Errorf("close %s: %w", text.Brief(s.name), file.Cause(closed))
	}
	if s.file = nil; s.size == 0 {
		_ = os.Remove(s.name) // TensorBoard reads it as a run with nothing in it
	}
	return err
}
