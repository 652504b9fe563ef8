package dataset

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
)

// The iris table is R. A. Fisher's (The use of multiple measurements in taxonomic problems, Annals of Eugenics 7(2),
// 179-188, 1936) as in scikit-learn's load_iris, without the mistakes in two rows of the UCI repository.
//
//go:embed iris.csv
var irisCSV string

// IrisFeatures are the names of the four inputs, lengths in centimetres.
var IrisFeatures = []string{"sepal length", "sepal width", "petal length", "petal width"}

// IrisSpecies are the names of the classes 0, 1 and 2.
var IrisSpecies = []string{"setosa", "versicolor", "virginica"}

// Iris is 150 flowers of three species, 50 each: inputs of shape [4] are IrisFeatures, targets of shape [] the class
// number, an index into IrisSpecies.
func Iris() Set { return iris() }

var iris = sync.OnceValue(func() Set {
	return embedded(readIris(strings.NewReader(irisCSV)))
})

func readIris(r io.Reader) (Set, error) {
	s, err := readTable(r, []string{"sepal_length", "sepal_width", "petal_length", "petal_width", "species"}, []int{})
	if err != nil {
		return Set{}, err
	}
	for i, v := range s.targets {
		if c, ok := class(v); !ok || c >= len(IrisSpecies) {
			return Set{}, fmt.Errorf("row %d has the species %v, want 0, 1 or 2", i, v)
		}
	}
	return s, nil
}
