//go:build unix

package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// same checks that history.csv, except for its seconds, and net.h5 of a run equal those of an undisturbed one.
func (t *trial) same(program, out, whole string) {
	if program == "scratch" {
		return
	}
	for _, name := range []string{"history.csv", "net.h5"} {
		t.sameFile(filepath.Join(out, name), filepath.Join(whole, name))
	}
}

// sameFile checks that a file equals that of an undisturbed run. run.json, which has times, must only be JSON.
func (t *trial) sameFile(path, whole string) {
	if err := t.differs(path, whole); err != nil {
		t.fault("%v", err)
	}
}

// differs returns an error for a file that differs from that of an undisturbed run.
func (t *trial) differs(path, whole string) error {
	if filepath.Base(path) == "run.json" {
		return t.damaged(path)
	}
	got, err := sum(path)
	if err != nil {
		return fmt.Errorf("%s: %w", t.named(path), cause(err))
	}
	want, err := sum(whole)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("%s differs from that of an undisturbed run", t.named(path))
	}
	return nil
}

// cause returns an error without its path.
func cause(err error) error {
	if with := new(fs.PathError); errors.As(err, &with) {
		return with.Err
	}
	return err
}

// sum returns a checksum of a file; for a history without its last column, the seconds.
func sum(path string) (hash [sha256.Size]byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return hash, err
	}
	defer file.Close()
	h := sha256.New()
	if filepath.Base(path) != "history.csv" {
		_, err = io.Copy(h, file)
		return [sha256.Size]byte(h.Sum(nil)), err
	}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := lines.Bytes()
		_, _ = fmt.Fprintf(h, "%s\n", line[:max(0, bytes.LastIndexByte(line, ','))]) // writing to a hash cannot fail
	}
	return [sha256.Size]byte(h.Sum(nil)), lines.Err()
}

// damaged returns an error for a file that is not complete or not in the format of its name.
func (t *trial) damaged(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", t.named(path), cause(err))
	}
	ends := ""
	switch filepath.Ext(path) {
	case ".json":
		err = json.Unmarshal(data, new(any))
	case ".png":
		_, err = png.Decode(bytes.NewReader(data))
	case ".svg":
		err = xml.Unmarshal(data, new(struct{ XMLName xml.Name }))
	case ".gif":
		ends = ";" // the trailer
	case ".csv":
		ends = "\n"
	}
	if err == nil && !bytes.HasSuffix(data, []byte(ends)) {
		err = fmt.Errorf("it does not end with %q", ends)
	}
	if err != nil {
		return fmt.Errorf("%s is not whole: %w", t.named(path), err)
	}
	return nil
}

// allWhole checks that no file in a folder is damaged, except for temporary files and nets.
func (t *trial) allWhole(folder string) {
	for _, path := range t.list(folder) {
		if temporary(path) || filepath.Ext(path) == ".h5" {
			continue
		}
		if err := t.damaged(path); err != nil {
			t.fault("%v", err)
		}
	}
}

// list returns the files in a folder; none if there is no folder.
func (t *trial) list(folder string) (paths []string) {
	entries, _ := os.ReadDir(folder) // other checks name missing files
	for _, e := range entries {
		if !e.IsDir() {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	return paths
}

// temporary reports whether a file is one that a save writes beside its target: ".NAME-" and 16 digits.
func temporary(path string) bool {
	name := filepath.Base(path)
	dash := strings.LastIndexByte(name, '-')
	return strings.HasPrefix(name, ".") && dash > 0 && len(name)-dash == 17
}

// left returns the temporary files in folders.
func (t *trial) left(folders ...string) (paths []string) {
	for _, f := range folders {
		paths = append(paths, slices.DeleteFunc(t.list(f), func(path string) bool { return !temporary(path) })...)
	}
	return paths
}

// noneLeft checks that folders have no temporary files.
func (t *trial) noneLeft(when string, folders ...string) {
	if left := t.left(folders...); len(left) > 0 {
		t.fault("%s stays %s (%d in all)", t.named(left[0]), when, len(left))
	}
}

// named returns a path relative to the trial's folder, so that equal faults have equal texts.
func (t *trial) named(path string) string {
	if rest, err := filepath.Rel(t.folder, path); err == nil {
		return rest
	}
	return path
}
