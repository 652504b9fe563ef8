package clitest

import (
	"encoding/csv"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Files are the names in a folder, in alphabetical order.
func Files(t testing.TB, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// PNG decodes a whole picture, and returns its width and height in pixels.
func PNG(t testing.TB, path string) image.Point {
	t.Helper()
	picture, err := png.Decode(strings.NewReader(Content(t, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return picture.Bounds().Size()
}

// Table reads a CSV file with its header.
func Table(t testing.TB, path string) [][]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(Content(t, path))).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%s: %d lines, error %v, want a header and at least one row", path, len(lines), err)
	}
	return lines
}

// History reads history.csv in the folder out. Its columns must be the epoch, which counts from 1, then those given,
// and the seconds, which it leaves out.
func History(t testing.TB, out string, columns ...string) [][]float64 {
	t.Helper()
	lines := Timeless(t, filepath.Join(out, "history.csv"))
	if want := append([]string{"epoch"}, columns...); !slices.Equal(lines[0], want) {
		t.Fatalf("history.csv has the columns %v before the seconds, want %v", lines[0], want)
	}
	epochs := make([][]float64, len(lines)-1)
	for i, line := range lines[1:] {
		for _, text := range line {
			epochs[i] = append(epochs[i], Number(t, text))
		}
		if epochs[i][0] != float64(i+1) {
			t.Fatalf("history.csv has epoch %g in row %d", epochs[i][0], i+1)
		}
	}
	return epochs
}

// Timeless is a table without its last column, which must be the seconds.
func Timeless(t testing.TB, path string) [][]string {
	t.Helper()
	lines := Table(t, path)
	last := len(lines[0]) - 1
	if lines[0][last] != "seconds" {
		t.Fatalf("%s: the last column is %q, want seconds", path, lines[0][last])
	}
	for i := range lines {
		lines[i] = lines[i][:last]
	}
	return lines
}

// Number parses a decimal number.
func Number(t testing.TB, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Report is what tests look at in run.json.
type Report struct {
	Dtype string
	Seed  uint64
	Final map[string]float64
}

// ReadReport reads run.json in the folder out.
func ReadReport(t testing.TB, out string) Report {
	t.Helper()
	var report Report
	if err := json.Unmarshal([]byte(Content(t, filepath.Join(out, "run.json"))), &report); err != nil {
		t.Fatalf("run.json: %v", err)
	}
	return report
}

// Final is the number of that name in "final" of run.json.
func Final(t testing.TB, out, name string) float64 {
	t.Helper()
	report := ReadReport(t, out)
	x, ok := report.Final[name]
	if !ok {
		t.Fatalf("run.json has no %s: %v", name, report.Final)
	}
	return x
}

// SameRun wants two folders to have the same history.csv, but for its seconds, and the same net.h5, byte by byte.
func SameRun(t testing.TB, a, b string) {
	t.Helper()
	first, second := Timeless(t, filepath.Join(a, "history.csv")), Timeless(t, filepath.Join(b, "history.csv"))
	if !slices.EqualFunc(first, second, slices.Equal) {
		t.Errorf("the histories are\n%v\nand\n%v\nwant the same", first, second)
	}
	if Content(t, filepath.Join(a, "net.h5")) != Content(t, filepath.Join(b, "net.h5")) {
		t.Errorf("the nets in %s and %s differ", a, b)
	}
}

// Write makes a file.
func Write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Content is all of a file.
func Content(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
