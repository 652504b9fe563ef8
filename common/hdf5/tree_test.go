package hdf5_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/wording"
)

// Any tree comes back as it was written, and the same tree gives the same bytes.
func TestRandomTrees(t *testing.T) {
	for seed := range uint64(40) {
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

func dataset(t testing.TB, shape []int, values any) *hdf5.Dataset {
	t.Helper()
	d, err := hdf5.New(shape, values)
	if err != nil {
		t.Fatal(err)
	}
	return d
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
	var values any
	switch random.IntN(3) {
	case 0:
		values = randomNumbers(n, random.Float32)
	case 1:
		values = randomNumbers(n, random.NormFloat64)
	case 2:
		values = randomNumbers(n, random.Int64)
	}
	d := dataset(t, shape, values)
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

// What is written can be read: writer and reader allow the same levels of groups, and a group in itself is an error.
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
	circle := hdf5.NewGroup()
	add(t, circle, "g", circle)
	for _, g := range []*hdf5.Group{root, circle} {
		err := hdf5.Write(new(bytes.Buffer), g)
		wording.Check(t, err, strings.Repeat("/g", 65), "64")
		if err == nil {
			t.FailNow() // or the circle takes all memory
		}
	}
}

// What cannot be written or found is named.
func TestTreeErrors(t *testing.T) {
	number, noted := dataset(t, nil, []float32{1}), dataset(t, nil, []float32{1})
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
	noted.Attributes = []hdf5.Attribute{{Name: "note", Value: "\x00"}}
	written := func(g *hdf5.Group) error { return hdf5.Write(new(bytes.Buffer), g) }
	long := make([]string, 5000)
	for i := range long {
		long[i] = "layer"
	}
	tree := in(number)
	group := func(_ *hdf5.Group, err error) error { return err }
	refused := func(_ *hdf5.Dataset, err error) error { return err }
	_, dtype := number.Int64s()
	for _, c := range []struct {
		name  string
		err   error
		facts []string
	}{
		{"taken name", tree.Add("g", number), []string{`"g"`}},
		{"no name", tree.Add("", number), []string{`""`, "name"}},
		{"dot", tree.Add(".", number), []string{`"."`, "name"}},
		{"slash", tree.Add("a/b", number), []string{`"a/b"`, "slash"}},
		{"long name", tree.Add(strings.Repeat("n", 1025), number), []string{"1025", "1024"}},
		{"not a group", group(tree.Group("g/x")), []string{`"g/x"`, "dataset", "group"}},
		{"not a dataset", refused(tree.Dataset("/g")), []string{`"/g"`, "group", "dataset"}},
		{"below a dataset", refused(tree.Dataset("g/x/y")), []string{`"g/x/y"`, "dataset", `"y"`}},
		{"gone", refused(tree.Dataset("g/z")), []string{`"g/z"`}},
		{"few numbers", refused(hdf5.New([]int{2, 2}, []float32{1})), []string{"1", "4", "[2 2]"}},
		{"negative size", refused(hdf5.New([]int{-1}, []int64{})), []string{"[-1]", "axis 0", "-1"}},
		{"vast", refused(hdf5.New([]int{1 << 40, 1 << 40}, []int64{})), []string{"[1099511627776 1099511627776]", "values"}},
		{"many axes", refused(hdf5.New(slices.Repeat([]int{1}, 33), []int64{1})), []string{"33", "32"}},
		{"bytes", refused(hdf5.New([]int{1}, []uint8{1})), []string{"[]uint8", "[]float32"}},
		{"no whole numbers", dtype, []string{"float32", "whole"}},
		{"complex attribute", written(with("a", 1i)), []string{"/g/x: ", "attribute a", "complex128"}},
		{"unread attribute", written(with("a", hdf5.Unread{Why: "why"})), []string{"/g/x: ", "attribute a", "why"}},
		{"long attribute", written(with("a", long)), []string{"/g/x: ", "attribute a", "80056", "64 KB"}},
		{"zero byte", written(with("a", "\x00")), []string{"/g/x: ", "attribute a", "zero byte"}},
		{"zero byte at a dataset", written(in(noted)), []string{"/g/x: ", "attribute note", "zero byte"}},
		{"attribute without a name", written(with("", int64(1))), []string{"/g/x: ", `""`}},
		{"no member", written(in(nil)), []string{"/g/x: ", "<nil>"}},
	} {
		t.Run(c.name, func(t *testing.T) { wording.Check(t, c.err, append(c.facts, "hdf5: ")...) })
	}
}
