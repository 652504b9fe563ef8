package dataset_test

import (
	"fmt"
	"log"

	"gorgonia-lectures/common/dataset"
)

func ExampleXOR() {
	s := dataset.XOR()
	for i := range s.Len() {
		fmt.Println(s.Input(i), s.Target(i))
	}
	// Output:
	// [0 0] [0]
	// [1 0] [1]
	// [0 1] [1]
	// [1 1] [0]
}

func ExampleSet_Split() {
	flowers, err := dataset.Iris().OneHot(len(dataset.IrisSpecies), false)
	if err != nil {
		log.Fatal(err)
	}
	train, test, err := flowers.Split(0.2, 13)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), test.Len())
	fmt.Println(test.Input(0), test.Target(0), dataset.IrisSpecies[test.Label(0)])
	// Output:
	// 120 30
	// [5.7 2.8 4.5 1.3] [0 1 0] versicolor
}

func ExampleMNIST() {
	train, test, err := dataset.MNIST("") // from the module cache
	if err != nil {
		log.Fatal(err)
	}
	train, err = train.First(1000).Reshape(28, 28, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), train.InputShape(), test.Len(), test.InputShape())
	fmt.Println(train.Label(0), train.Pixels(0)[5*28+12:5*28+20])
	// Output:
	// 1000 [28 28 1] 10000 [28 28]
	// 5 [3 18 18 18 126 136 175 26]
}

func ExampleSet_Batch32() {
	s := dataset.BloodFat()
	inputs, targets := make([]float32, 2*2), make([]float32, 2*1)
	s.Batch32([]int{24, 0}, inputs, targets)
	fmt.Println(inputs, targets)
	// Output:
	// [63 30 84 46] [244 354]
}

func ExamplePoints() {
	s, err := dataset.Points([][]float64{{65, 40}, {80, 25}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Len(), s.InputShape(), s.Input(1))
	// Output:
	// 2 [2] [80 25]
}
