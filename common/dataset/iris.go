package dataset

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
)

// The iris table is R. A. Fisher's (The use of multiple measurements in taxonomic problems, Annals
// of Eugenics 7(2), 179-188, 1936) as scikit-learn's load_iris has it: two flowers that differ from
// Fisher's paper in the UCI repository are Fisher's here.
//
//go:embed iris.csv
var irisCSV string

// IrisFeatures are the names of the four inputs, lengths in centimetres.
var IrisFeatures = []string{"sepal length", "sepal width", "petal length", "petal width"}

// IrisSpecies are the names of the classes 0, 1 and 2.
var IrisSpecies = []string{"setosa", "versicolor", "virginica"}

// Iris is 150 flowers of three species, 50 each: inputs of shape [4] are IrisFeatures, targets of
// shape [] the class number, an index into IrisSpecies.
func Iris() Set { return iris() }

var iris = sync.OnceValue(func() Set {
	return embedded(ReadIris(strings.NewReader(irisCSV), "iris.csv"))
})

// ReadIris reads a table like the embedded one, under the header
// sepal_length,sepal_width,petal_length,petal_width,species, with the strictness of [ReadCSV].
// A species other than 0, 1 and 2 is an error. name stands for the file in errors.
func ReadIris(r io.Reader, name string) (Set, error) {
	columns := []string{"sepal_length", "sepal_width", "petal_length", "petal_width", "species"}
	s, err := readTable(r, name, columns, []int{})
	if err != nil {
		return Set{}, err
	}
	for i, v := range s.targets {
		if c, ok := class(v); !ok || c >= len(IrisSpecies) {
			return Set{}, fmt.Errorf("%s: row %d has the species %v, expected 0, 1 or 2", name, i, v)
		}
	}
	return s, nil
}
