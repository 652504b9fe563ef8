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

// stream is a file of events. It is written in whole records: TensorBoard reads it while it grows, and, if the process
// is killed, up to the last whole record.
type stream struct {
	folder  string
	file    eventFile // nil until the first write
	name    string
	size    int64  // bytes of whole records in the file
	pending []byte // records that are not written yet
	lost    error  // why records are lost; nil: none is
	broken  bool   // the file ends with a partial record that cannot be removed
	create  func(path string) (eventFile, error)
}

// eventFile is the part of an *os.File that a stream uses.
type eventFile interface {
	WriteAt(data []byte, offset int64) (int, error)
	Truncate(size int64) error
	Close() error
}

// filePrefix is the prefix by which TensorBoard recognizes its files.
const filePrefix = "events.out.tfevents."

// create makes a new file.
func create(path string) (eventFile, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// maxPending bounds the pending bytes while the disk is full.
const maxPending = 16 << 20

// add appends an event, to be written by the next flush.
func (s *stream) add(event []byte) {
	if s.lost == nil {
		s.pending = appendRecord(s.pending, event)
	}
}

// flush writes the pending events. After an error the file has only whole records, and the next flush tries again.
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
	if s.broken || len(s.pending) > maxPending {
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
	// after a short write, WriteAt of package os reports 0 bytes
	if failed := s.file.Truncate(s.size); failed != nil {
		s.broken = true
		return errors.Join(err, failed)
	}
	return err
}

// files counts the files of this process, so that two files of one second have different names, in their order.
var files atomic.Int64

// open creates the file and writes its first event, unless it is open. It is named like TensorFlow's files, which
// TensorBoard reads in the order of their names.
func (s *stream) open(now time.Time) error {
	if s.file == nil {
		if err := os.MkdirAll(s.folder, 0o755); err != nil {
			return err
		}
		host, err := os.Hostname()
		if err != nil || strings.ContainsAny(host, `/\:`) {
			host = "localhost"
		}
		name := fmt.Sprintf("%s%010d.%s.%d.%04d.v2", filePrefix, now.Unix(), host, os.Getpid(), files.Add(1)-1)
		path := filepath.Join(s.folder, name)
		if s.file, err = s.create(path); err != nil {
			s.file = nil // a nil *os.File is not a nil eventFile
			return err
		}
		s.name = path
	}
	if s.size == 0 {
		return s.write(appendRecord(nil, firstEvent(seconds(now))))
	}
	return nil
}

// close writes the pending events and closes the file. It removes a file without records.
func (s *stream) close(now time.Time) error {
	err := s.flush(now)
	if s.file == nil {
		return err
	}
	if closed := s.file.Close(); closed != nil && err == nil {
		err = fmt.Errorf("close %s: %w", text.Brief(s.name), file.Cause(closed))
	}
	if s.file = nil; s.size == 0 {
		_ = os.Remove(s.name) // TensorBoard would show an empty run
	}
	return err
}
