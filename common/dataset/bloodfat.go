package dataset

import (
	_ "embed"
	"io"
	"strings"
	"sync"
)

// The blood fat table is x09.txt of John Burkardt's regression data sets
// (people.sc.fsu.edu/~jburkardt/datasets/regression), who took it from Helmut Späth, Mathematical
// Algorithms for Linear Regression, Academic Press 1991. Its columns index and 1 are left out.
//
//go:embed bloodfat.csv
var bloodFatCSV string

// BloodFatColumns are the names of the blood fat table's columns for pictures: two inputs and the
// target.
var BloodFatColumns = []string{"Weight", "Age", "Blood fat"}

// BloodFat is the data of the lecture's linear regression, 25 people: inputs of shape [2] are
// weight in kilograms and age in years, targets of shape [1] the blood fat content.
func BloodFat() Set { return bloodFat() }

var bloodFat = sync.OnceValue(func() Set {
	return embedded(ReadBloodFat(strings.NewReader(bloodFatCSV), "bloodfat.csv"))
})

// ReadBloodFat reads a table like the embedded one, under the header weight,age,bloodfat, with the
// strictness of [ReadCSV]. name stands for the file in errors.
func ReadBloodFat(r io.Reader, name string) (Set, error) {
	columns := []string{"weight", "age", "bloodfat"}
	return readTable(r, name, columns, []int{1})
}
