package dataset

import (
	"errors"
	"fmt"
	"io"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
)

// maxTable is the largest file of a table in bytes, about two hundred thousand rows of iris.
const maxTable = 8 << 20

// OpenBloodFat is BloodFat for an empty path, or reads a table of people with the columns weight, age and bloodfat.
//
// A table is a text of one row a line, with commas, semicolons, tabs or spaces between its fields. The first line names
// the columns, which may have any order; the names are compared without case, spaces and signs, and common other names
// are known. Without that line the columns must be those of the standard table, in its order. Blank lines and those
// that begin with # are no rows. A number may have a decimal comma, if all of the table do, and it cannot be taken for
// one that separates fields or thousands. Errors name the file, line and column. [Set.Source] says what was read.
func OpenBloodFat(path string) (Set, error) { return openTable(path, BloodFat, readBloodFat) }

// OpenIris is Iris for an empty path, or reads a table of flowers, as OpenBloodFat does, with the columns sepal_length,
// sepal_width, petal_length, petal_width and species. A species is 0, 1, 2, or its name with "Iris" before it or not.
func OpenIris(path string) (Set, error) { return openTable(path, Iris, readIris) }

func openTable(path string, standard func() Set, read func(io.Reader) (Set, error)) (Set, error) {
	if path == "" {
		return standard(), nil
	}
	f, size, err := file.Open(path, "a table")
	if err != nil {
		return Set{}, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	var s Set
	if size > maxTable {
		err = fmt.Errorf("%d bytes, want a table of at most %d", size, maxTable)
	} else {
		s, err = read(io.LimitReader(f, maxTable)) // it may grow
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return Set{}, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	s.source = lang.Messagef("%s: %v", text.Brief(path), s.source)
	return s, nil
}

// plural is a number of things: "1 row", "2 rows".
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// embedded unwraps the set of a file that is part of the program, whose tests read it without an error.
func embedded(s Set, err error) Set {
	if err != nil {
		panic(err)
	}
	s.source = lang.Message{}
	return s
}
