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

// BloodFatColumns are the names of the two inputs and the target for pictures.
var BloodFatColumns = []string{"Weight", "Age", "Blood fat"}

// BloodFat is the data of the lecture's linear regression, 25 people: inputs of shape [2] are weight in kilograms and
// age in years, targets of shape [1] the blood fat content.
func BloodFat() Set { return bloodFat() }

var bloodFat = sync.OnceValue(func() Set {
	return embedded(readBloodFat(strings.NewReader(bloodFatCSV)))
})

func readBloodFat(r io.Reader) (Set, error) { return readTable(r, bloodFatColumns, []int{1}) }

var bloodFatColumns = []column{
	{name: "weight", names: []string{"weight", "bodyweight", "몸무게", "체중"}, unit: "kg"},
	{name: "age", names: []string{"age", "나이", "연령"}, unit: "years"},
	{name: "bloodfat", names: []string{"bloodfat", "bloodfatcontent", "fat", "fatcontent", "혈중지방", "혈중지방량", "혈중지방함량"}},
}
