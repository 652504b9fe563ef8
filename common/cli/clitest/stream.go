package clitest

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia-lectures/common/dataset"
)

// SaveDigits writes the four files of -stream.
func SaveDigits(t testing.TB, dir string, train, test dataset.Set) {
	t.Helper()
	word := func(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }
	for name, s := range map[string]dataset.Set{"train": train, "t10k": test} {
		images := slices.Concat([]byte{0, 0, 8, 3}, word(s.Len()), word(28), word(28))
		labels := slices.Concat([]byte{0, 0, 8, 1}, word(s.Len()))
		for i := range s.Len() {
			images, labels = append(images, s.Pixels(i)...), append(labels, byte(s.Label(i)))
		}
		Write(t, filepath.Join(dir, name+"-images-idx3-ubyte"), string(images))
		Write(t, filepath.Join(dir, name+"-labels-idx1-ubyte"), string(labels))
	}
}

// Streams wants of a program that trains on MNIST:
//
//   - with the same digits from disk it ends with the same history.csv, but for its seconds, and the same saved net,
//     byte by byte;
//   - a run that was started on digits in memory resumes with the same digits from disk, and refuses others;
//   - compressed files are an error.
func (p Program) Streams(t *testing.T, args ...string) {
	t.Helper()
	const digits = 150
	train, test, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	train, test = train.First(digits), test.First(digits)
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	folder := t.TempDir()
	SaveDigits(t, folder, train, test)
	args = append([]string{"-no-pictures", "-epochs", "2"}, args...)
	p.Finish(t, file("memory"), append(args, "-limit", "150", "-save", file("memory/net.h5"))...)
	p.Finish(t, file("disk"), append(args, "-stream", "-data", folder, "-save", file("disk/net.h5"))...)
	p.Finish(t, file("half"), append(args, "-limit", "150", "-epochs", "1", "-checkpoint", file("run.h5"))...)
	resume := []string{"-resume", file("run.h5"), "-epochs", "2", "-stream", "-data"}
	p.Finish(t, file("rest"), append(resume, folder, "-save", file("rest/net.h5"))...)
	SameRun(t, file("memory"), file("disk"))
	SameRun(t, file("memory"), file("rest"))

	other := t.TempDir()
	SaveDigits(t, other, test, test)
	p.Failure(t, append(resume, other), file("run.h5"), "other data", "CRC-32C")

	packed := t.TempDir()
	SaveDigits(t, packed, test, test)
	var images bytes.Buffer
	zip := gzip.NewWriter(&images)
	_, err = io.WriteString(zip, Content(t, filepath.Join(packed, "train-images-idx3-ubyte")))
	if err := errors.Join(err, zip.Close()); err != nil {
		t.Fatal(err)
	}
	Write(t, filepath.Join(packed, "train-images-idx3-ubyte"), images.String())
	p.Failure(t, []string{"-stream", "-data", packed}, packed, "gunzip")
}
