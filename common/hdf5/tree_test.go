package hdf5_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/hdf5"
)

// Any tree comes back as it was written, and the same tree gives the same bytes.
func TestRandomTrees(t *testing.T) {
	for seed := range uint64(60) {
		random := newRandom(seed)
		root := randomGroup(t, random, 3)
		first := write(t, root)
		if second := write(t, root); !bytes.Equal(first, second) {
			t.Errorf("seed %d: the second time gave other bytes", seed)
		}
		same(t, fmt.Sprint("seed ", seed), read(t, first), root)
	}
}

// Groups of any width: one symbol table node, several, a B-tree of two and of three levels.
func TestWideGroups(t *testing.T) {
	for _, n := range []int{0, 1, 8, 9, 256, 257, 1000, 8193} {
		root := hdf5.NewGroup()
		for i := range n {
			add(t, root, fmt.Sprintf("member %d of größe", i), hdf5.NewGroup())
		}
		same(t, fmt.Sprint(n, " members"), read(t, write(t, root)), root)
	}
}

func add(t testing.TB, g *hdf5.Group, name string, m hdf5.Member) {
	t.Helper()
	if err := g.Add(name, m); err != nil {
		t.Fatal(err)
	}
}

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func randomGroup(t testing.TB, random *rand.Rand, depth int) *hdf5.Group {
	t.Helper()
	g := hdf5.NewGroup()
	g.Attributes = randomAttributes(random)
	for i := range random.IntN(9) {
		name := fmt.Sprintf("%s%d", randomText(random, 30), i)
		if depth > 0 && random.IntN(2) == 0 {
			add(t, g, name, randomGroup(t, random, depth-1))
		} else {
			add(t, g, name, randomDataset(t, random))
		}
	}
	return g
}

func randomDataset(t testing.TB, random *rand.Rand) *hdf5.Dataset {
	t.Helper()
	var shape []int
	n := 1
	for range random.IntN(4) {
		size := random.IntN(7)
		shape, n = append(shape, size), n*size
	}
	var d *hdf5.Dataset
	var err error
	switch random.IntN(3) {
	case 0:
		d, err = hdf5.NewFloat32(shape, randomNumbers(n, random.Float32))
	case 1:
		d, err = hdf5.NewFloat64(shape, randomNumbers(n, random.NormFloat64))
	case 2:
		d, err = hdf5.NewInt64(shape, randomNumbers(n, random.Int64))
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Attributes = randomAttributes(random)
	return d
}

func randomNumbers[T any](n int, number func() T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = number()
	}
	return list
}

// randomText is without the slash and the zero that a name cannot have.
func randomText(random *rand.Rand, most int) string {
	letters := []rune("abz.:_ -äß한글🙂")
	var b strings.Builder
	for range random.IntN(most) {
		b.WriteRune(letters[random.IntN(len(letters))])
	}
	return b.String()
}

func randomAttributes(random *rand.Rand) []hdf5.Attribute {
	var list []hdf5.Attribute
	for i := range random.IntN(9) {
		n := random.IntN(5)
		var value any
		switch random.IntN(8) {
		case 0:
			value = randomText(random, 20)
		case 1:
			value = strings.Repeat(randomText(random, 20), 300) // more than one global heap
		case 2:
			value = randomNumbers(n, func() string { return randomText(random, 500) })
		case 3:
			value = random.Int64()
		case 4:
			value = randomNumbers(n, random.Float64)
		case 5:
			value = randomNumbers(n, random.Float32)
		case 6:
			value = randomNumbers(n, random.Int64)
		case 7:
			value = random.Float32()
		}
		list = append(list, hdf5.Attribute{Name: fmt.Sprintf("%s%d", randomText(random, 20), i), Value: value})
	}
	return list
}

// What is written can be read: groups in groups end where the reader's end, also those in themselves.
func TestDeepGroups(t *testing.T) {
	deepest := hdf5.NewGroup()
	root := deepest
	for range 64 {
		above := hdf5.NewGroup()
		add(t, above, "g", root)
		root = above
	}
	same(t, "64 deep", read(t, write(t, root)), root)
	add(t, deepest, "g", hdf5.NewGroup())
	want := "hdf5: " + strings.Repeat("/g", 65) + ": groups in groups, want at most 64"
	if err := hdf5.Write(new(bytes.Buffer), root); err == nil || err.Error() != want {
		t.Fatalf("error %v, want %s", err, want) // or the circle would take all memory
	}
	circle := hdf5.NewGroup()
	add(t, circle, "g", circle)
	if err := hdf5.Write(new(bytes.Buffer), circle); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// What cannot be written or found is named.
func TestTreeErrors(t *testing.T) {
	number, err := hdf5.NewFloat32(nil, []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	in := func(m hdf5.Member) *hdf5.Group {
		g, h := hdf5.NewGroup(), hdf5.NewGroup()
		add(t, g, "g", h)
		add(t, h, "x", m)
		return g
	}
	with := func(name string, value any) *hdf5.Group {
		g := hdf5.NewGroup()
		g.SetAttribute(name, value)
		return in(g)
	}
	noted, err := hdf5.NewFloat32(nil, []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	noted.Attributes = []hdf5.Attribute{{Name: "note", Value: "\x00"}}
	written := func(g *hdf5.Group) error { return hdf5.Write(new(bytes.Buffer), g) }
	long := make([]string, 5000)
	for i := range long {
		long[i] = "layer"
	}
	tree := in(number)
	_, notGroup := tree.Group("g/x")
	_, notDataset := tree.Dataset("/g")
	_, behind := tree.Dataset("g/x/y")
	_, gone := tree.Dataset("g/z")
	_, short := hdf5.NewFloat32([]int{2, 2}, []float32{1})
	_, negative := hdf5.NewInt64([]int{-1}, nil)
	_, vast := hdf5.NewInt64([]int{1 << 40, 1 << 40}, nil)
	_, axes := hdf5.NewInt64(slices.Repeat([]int{1}, 33), []int64{1})
	_, dtype := number.Int64s()
	for want, err := range map[string]error{
		`hdf5: "g" is in the group already`:                                                                tree.Add("g", number),
		`hdf5: "" cannot be the name of a member`:                                                          tree.Add("", number),
		`hdf5: "." cannot be the name of a member`:                                                         tree.Add(".", number),
		`hdf5: the name "a/b" has a slash or a zero byte`:                                                  tree.Add("a/b", number),
		"hdf5: a name of 1025 bytes, want at most 1024":                                                    tree.Add(strings.Repeat("n", 1025), number),
		`hdf5: "g/x" is a dataset, want a group`:                                                           notGroup,
		`hdf5: "/g" is a group, want a dataset`:                                                            notDataset,
		`hdf5: "g/x/y": a dataset stands before "y"`:                                                       behind,
		`hdf5: there is no "g/z"`:                                                                          gone,
		"hdf5: 1 numbers, want 4 for the shape [2 2]":                                                      short,
		"hdf5: shape [-1]: want sizes from 0 on whose product can be counted":                              negative,
		"hdf5: shape [1099511627776 1099511627776]: want sizes from 0 on whose product can be counted":     vast,
		"hdf5: another type of numbers: float32, want whole numbers":                                       dtype,
		"hdf5: /g/x: attribute a: a complex128: want a string, int64, float32, float64, or a slice of one": written(with("a", 1i)),
		"hdf5: /g/x: attribute a: was not read: why":                                                       written(with("a", hdf5.Unread{Why: "why"})),
		"hdf5: /g/x: attribute a: 80056 bytes, want less than 64 KB":                                       written(with("a", long)),
		"hdf5: /g/x: attribute a: a string with a zero byte":                                               written(with("a", "\x00")),
		"hdf5: /g/x: attribute note: a string with a zero byte":                                            written(in(noted)),
		"hdf5: 33 axes, want at most 32":                                                                   axes,
		`hdf5: /g/x: "" cannot be the name of an attribute`:                                                written(with("", int64(1))),
		"hdf5: /g/x: a member of type <nil>, want *Group or *Dataset":                                      written(in(nil)),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
