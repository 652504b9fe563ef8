package clitest

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// MainMNIST is Main for a program that reads MNIST. Each of its runs reads all digits, which takes a fraction of the time
// where gzip has not compressed them: the tests have a module cache of their own, with MNIST's files unpacked.
func MainMNIST(m *testing.M) int {
	cache, err := os.MkdirTemp("", "mnist-*")
	if err == nil {
		defer os.RemoveAll(cache)
		err = unpack(cache)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return Main(m)
}

// unpack fills the module cache, and names it in the environment.
func unpack(cache string) error {
	own, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return err
	}
	packed := strings.TrimSpace(string(own))
	list, err := filepath.Glob(filepath.Join(packed, "github.com", "petar", "!go!m!n!i!s!t@*", "data", "*.gz"))
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s: MNIST is not there: run \"go mod download\"", packed)
	}
	for _, from := range list {
		below, relErr := filepath.Rel(packed, from)
		err = errors.Join(err, relErr, gunzip(from, filepath.Join(cache, strings.TrimSuffix(below, ".gz"))))
	}
	return errors.Join(err, os.Setenv("GOMODCACHE", cache))
}

// gunzip unpacks a file to another one.
func gunzip(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	content, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Close())
}
