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

// OpenBloodFat reads a table of people with the columns weight, age and bloodfat; for an empty path it returns
// BloodFat.
//
// A table is a text with a row in each line, and commas, semicolons, tabs or spaces between the fields. The first line
// names the columns, in any order. Names are compared without case, spaces and punctuation, and common other names are
// accepted. Without names, the columns must be those of the lecture's table, in its order. Blank lines and lines that
// begin with # are skipped. Numbers may have decimal commas, if all numbers of the table do and no comma can be one
// that separates fields or thousands. Errors name the file, line and column. [Set.Source] describes what was read.
func OpenBloodFat(path string) (Set, error) { return openTable(path, BloodFat, readBloodFat) }

// OpenIris reads a table of flowers, as OpenBloodFat does, with the columns sepal_length, sepal_width, petal_length,
// petal_width and species; for an empty path it returns Iris. A species is 0, 1, 2, or its name, with or without "Iris"
// before it.
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
		s, err = read(io.LimitReader(f, maxTable)) // the file may grow while it is read
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return Set{}, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	s.source = lang.Messagef("%s: %v", text.Brief(path), s.source)
	return s, nil
}

// plural formats a number of things: "1 row", "2 rows".
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// embedded returns the set of an embedded file. It panics on an error, which the tests exclude.
func embedded(s Set, err error) Set {
	if err != nil {
		panic(err)
	}
	s.source = lang.Message{}
	return s
}
