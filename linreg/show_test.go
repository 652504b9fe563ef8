package main

import (
	"math"
	"testing"

	"gorgonia-lectures/common/dataset"
)

func TestChecksAreTheLecturesFiftyPoints(t *testing.T) {
	p := checks(plane{weight: 2, age: 3, bias: 5})
	if len(p.X) != 50 || len(p.Y) != 50 || len(p.Z) != 50 {
		t.Fatalf("%d, %d and %d coordinates, want 50 of each", len(p.X), len(p.Y), len(p.Z))
	}
	if p.X[0] != 20 || p.X[49] != 100 || p.Y[0] != 10 || p.Y[49] != 70 {
		t.Errorf("from (%g, %g) to (%g, %g), want (20, 10) to (100, 70)", p.X[0], p.Y[0], p.X[49], p.Y[49])
	}
	for i := range p.X {
		if math.Abs(p.X[i]-(20+80*float64(i)/49)) > 1e-12 || math.Abs(p.Y[i]-(10+60*float64(i)/49)) > 1e-12 {
			t.Errorf("point %d is (%g, %g): not evenly spread", i, p.X[i], p.Y[i])
		}
		if want := 2*p.X[i] + 3*p.Y[i] + 5; math.Abs(p.Z[i]-want) > 1e-12 {
			t.Errorf("point %d is at %g, want %g", i, p.Z[i], want)
		}
	}
}

func TestPeopleAreTheData(t *testing.T) {
	data := dataset.BloodFat()
	p := people(data)
	if len(p.X) != 25 || p.X[0] != 84 || p.Y[0] != 46 || p.Z[0] != 354 || p.Z[24] != 244 {
		t.Errorf("people are %+v", p)
	}
}
