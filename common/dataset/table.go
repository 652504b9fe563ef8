package dataset

import (
	"errors"
	"fmt"
	"io"

	"gorgonia-lectures/common/internal/file"
)

// OpenBloodFat is ReadBloodFat of a file, and BloodFat for an empty path.
func OpenBloodFat(path string) (Set, error) { return openTable(path, BloodFat, ReadBloodFat) }

// OpenIris is ReadIris of a file, and Iris for an empty path.
func OpenIris(path string) (Set, error) { return openTable(path, Iris, ReadIris) }

func openTable(path string, standard func() Set, read func(io.Reader, string) (Set, error)) (Set, error) {
	if path == "" {
		return standard(), nil
	}
	f, _, err := file.Open(path, "a table")
	if err != nil {
		return Set{}, fmt.Errorf("%s: %w", path, err)
	}
	s, err := read(f, path)
	return s, errors.Join(err, f.Close())
}
