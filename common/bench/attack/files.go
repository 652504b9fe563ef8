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

// same compares the numbers of a run with one that was not disturbed: history.csv but for its seconds, and net.h5.
func (t *trial) same(program, out, whole string) {
	if program == "scratch" {
		return
	}
	for _, name := range []string{"history.csv", "net.h5"} {
		t.sameFile(filepath.Join(out, name), filepath.Join(whole, name))
	}
}

// sameFile compares a file with that of an undisturbed run. Of run.json, which has times, it wants JSON.
func (t *trial) sameFile(path, whole string) {
	if err := t.differs(path, whole); err != nil {
		t.fault("%v", err)
	}
}

// differs is an error for a file that is not that of an undisturbed run.
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

// cause is an error without its path.
func cause(err error) error {
	if with := new(fs.PathError); errors.As(err, &with) {
		return with.Err
	}
	return err
}

// sum is a checksum of a file; of a history it leaves out the last column, the seconds.
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
		_, _ = fmt.Fprintf(h, "%s\n", line[:max(0, bytes.LastIndexByte(line, ','))]) // a hash takes all
	}
	return [sha256.Size]byte(h.Sum(nil)), lines.Err()
}

// damaged is an error for a file that is not what its name says, to its end.
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

// allWhole wants this of all files in a folder that are neither temporary nor nets.
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

// list is the files in a folder, none if it is not there.
func (t *trial) list(folder string) (paths []string) {
	entries, _ := os.ReadDir(folder) // what is missing is missed by name
	for _, e := range entries {
		if !e.IsDir() {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	return paths
}

// temporary reports whether a file is one that a save writes beside its target, ".NAME-" and 16 digits.
func temporary(path string) bool {
	name := filepath.Base(path)
	dash := strings.LastIndexByte(name, '-')
	return strings.HasPrefix(name, ".") && dash > 0 && len(name)-dash == 17
}

// left lists the temporary files in folders.
func (t *trial) left(folders ...string) (paths []string) {
	for _, f := range folders {
		paths = append(paths, slices.DeleteFunc(t.list(f), func(path string) bool { return !temporary(path) })...)
	}
	return paths
}

// noneLeft wants that there are none.
func (t *trial) noneLeft(when string, folders ...string) {
	if left := t.left(folders...); len(left) > 0 {
		t.fault("%s stays %s (%d in all)", t.named(left[0]), when, len(left))
	}
}

// named is a path from the trial's folder on, so that a fault reads the same in each trial.
func (t *trial) named(path string) string {
	if rest, err := filepath.Rel(t.folder, path); err == nil {
		return rest
	}
	return path
}
