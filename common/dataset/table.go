package dataset

import (
	"fmt"
	"io"
)

// OpenBloodFat is ReadBloodFat of a file, and BloodFat for an empty path.
func OpenBloodFat(path string) (Set, error) { return openTable(path, BloodFat, ReadBloodFat) }

// OpenIris is ReadIris of a file, and Iris for an empty path.
func OpenIris(path string) (Set, error) { return openTable(path, Iris, ReadIris) }

func openTable(path string, standard func() Set, read func(io.Reader, string) (Set, error)) (Set, error) {
	if path == "" {
		return standard(), nil
	}
	f, err := openRegular(path, maxCSV)
	if err != nil {
		return Set{}, fmt.Errorf("%s: %w", path, cause(err))
	}
	s, err := read(f, path)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return s, err
}
