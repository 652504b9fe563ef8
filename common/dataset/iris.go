package dataset

import (
	_ "embed"
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

func readIris(r io.Reader) (Set, error) { return readTable(r, irisColumns, []int{}) }

// irisColumns are those of a table of flowers, as scikit-learn, UCI, R, Kaggle and Korean lectures name them.
var irisColumns = []column{
	{name: "sepal_length", names: []string{"sepallength", "sepallen", "sl", "꽃받침길이"}, unit: "cm"},
	{name: "sepal_width", names: []string{"sepalwidth", "sepalwid", "sw", "꽃받침너비", "꽃받침폭"}, unit: "cm"},
	{name: "petal_length", names: []string{"petallength", "petallen", "pl", "꽃잎길이"}, unit: "cm"},
	{name: "petal_width", names: []string{"petalwidth", "petalwid", "pw", "꽃잎너비", "꽃잎폭"}, unit: "cm"},
	{
		name: "species",
		names: []string{"species", "speciesname", "variety", "class", "classname", "classlabel", "classlabels",
			"targetname", "targetnames", "target", "label", "labels", "flower", "flowername", "type", "iris", "irisclass",
			"irisspecies", "품종"},
		classes: [][]string{
			{"setosa", "irissetosa", "isetosa"},
			{"versicolor", "irisversicolor", "iversicolor", "versicolour", "irisversicolour"}, // UCI has both
			{"virginica", "irisvirginica", "ivirginica"},
		},
	},
}
