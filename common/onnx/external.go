package onnx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	files "gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// external is the place of a tensor's values in another file (ONNX' external data), as PyTorch writes by default.
type external struct {
	location string // the path from the folder of the model, with slashes
	offset   int64
	length   int64 // in bytes; -1: up to the end of the file
}

// set reads an entry of external_data. Others, as a checksum, are not read.
func (e *external) set(f field) error {
	var key, value string
	err := f.each(func(f field) error {
		switch f.number {
		case entryKey:
			return f.text(&key)
		case entryValue:
			return f.text(&value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	number := func(to *int64) error {
		n, err := strconv.ParseInt(value, 10, 64)
		if *to = n; err != nil || n < 0 {
			return fmt.Errorf("external data: the %s is %s, want a number of bytes", key, text.Brief(value))
		}
		return nil
	}
	switch key {
	case "location":
		e.location = value
	case "offset":
		return number(&e.offset)
	case "length":
		return number(&e.length)
	}
	return nil
}

// folder is the folder of a model, of which no file outside is opened.
type folder struct {
	path string
	root *os.Root
	name string   // of the file that is open: a model may have a file for each tensor
	file *os.File // or nil
}

// open opens a regular file of the folder, and closes the one before.
func (d *folder) open(name string) (*os.File, error) {
	if d.file != nil && d.name == name {
		return d.file, nil
	}
	if err := d.close(); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return nil, files.Cause(err)
	}
	d.root = root
	info, err := root.Stat(name) // first: opening a pipe waits for a writer
	switch {
	case err != nil:
		return nil, files.Cause(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, files.Cause(err)
	}
	d.name, d.file = name, file
	return file, nil
}

// close closes what is open. The folder can be used again.
func (d *folder) close() error {
	var err error
	if d.file != nil {
		err = d.file.Close()
	}
	if d.root != nil {
		err = errors.Join(err, d.root.Close())
	}
	d.root, d.file = nil, nil
	return files.Cause(err)
}

// fileOfFolder is a file of the folder, which is opened when it is read.
type fileOfFolder struct {
	folder *folder
	name   string
}

// ReadAt implements io.ReaderAt.
func (b fileOfFolder) ReadAt(to []byte, at int64) (int, error) {
	file, err := b.folder.open(b.name)
	if err != nil {
		return 0, err
	}
	n, err := file.ReadAt(to, at)
	return n, files.Cause(err)
}

// values returns the span of a tensor's values. The errors name the file.
func (d *folder) values(e external) (span, error) {
	if e.location == "" {
		return span{}, errors.New("external data without a location, want the name of a file beside the model")
	}
	fail := func(err error) error {
		return fmt.Errorf("its values are in the file %s (external data): %w", text.Brief(e.location), err)
	}
	if d == nil {
		return span{}, fail(errors.New("want a model in one file"))
	}
	name := filepath.FromSlash(e.location)
	if !filepath.IsLocal(name) {
		return span{}, fail(errors.New("want a file in the folder of the model"))
	}
	file, err := d.open(name)
	if err != nil {
		return span{}, fail(fmt.Errorf("%w: put it beside the model, or save the model in one file", err))
	}
	info, err := file.Stat()
	if err != nil {
		return span{}, fail(files.Cause(err))
	}
	if e.length < 0 {
		e.length = info.Size() - e.offset
	}
	if e.offset > info.Size() || e.length > info.Size()-e.offset {
		return span{}, fail(fmt.Errorf("it has %d bytes, want %d from byte %d on", info.Size(), max(e.length, 0), e.offset))
	}
	return span{&source{file: fileOfFolder{d, name}}, e.offset, e.offset + e.length}, nil
}
