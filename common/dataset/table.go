package dataset

import (
	"errors"
	"fmt"
	"io"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// OpenBloodFat is BloodFat for an empty path, or reads a CSV file like that of BloodFat, with the header
// weight,age,bloodfat and numbers. Errors name the file, line and column.
func OpenBloodFat(path string) (Set, error) { return openTable(path, BloodFat, readBloodFat) }

// OpenIris is Iris for an empty path, or reads a CSV file like that of Iris, with the header
// sepal_length,sepal_width,petal_length,petal_width,species and numbers; a species is 0, 1 or 2. Errors name the file,
// line and column.
func OpenIris(path string) (Set, error) { return openTable(path, Iris, readIris) }

func openTable(path string, standard func() Set, read func(io.Reader) (Set, error)) (Set, error) {
	if path == "" {
		return standard(), nil
	}
	f, _, err := file.Open(path, "a table")
	if err != nil {
		return Set{}, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	s, err := read(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return Set{}, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	return s, nil
}
