package dataset

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

// folderOf writes files of some pictures and labels, by the beginning of their names.
func folderOf(t testing.TB, names string, labels ...uint8) (dir string, s Set) {
	t.Helper()
	dir, s = t.TempDir(), noise(t, len(labels))
	s.labels = labels
	write(t, filepath.Join(dir, names+"-images-idx3-ubyte"), idxBytes(s.pixels, len(labels), 28, 28))
	write(t, filepath.Join(dir, names+"-labels-idx1-ubyte"), idxBytes(labels, len(labels)))
	return dir, s
}

// The cases are one set under the names that sets have: a bar at the height of the digit.
func TestDigitCases(t *testing.T) {
	entries, err := os.ReadDir("testdata/cases/idx")
	if err != nil || len(entries) != 5 {
		t.Fatalf("%d cases, %v", len(entries), err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata/cases/idx", e.Name())
			for _, stream := range []bool{false, true} {
				train, test, err := loadDigits(dir, nil, stream)
				if stream && strings.Contains(e.Name(), "gz") {
					wording.Check(t, err, dir, "gunzip")
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				want := dir + ": not MNIST's files, 50 pictures to train on and 20 to test with, 10 classes"
				onSide := e.Name() == "emnist_names"
				if onSide {
					want = dir + ": emnist-digits, 50 pictures to train on and 20 to test with, 10 classes; turned upright"
				}
				if train.Source().String() != want || test.Source().String() != want || !slices.Equal(train.Classes(), digits) {
					t.Errorf("source %q, want %q; classes %q", train.Source().String(), want, train.Classes())
				}
				for _, s := range []Set{train, test} {
					for i := range s.Len() {
						along, across := 14, 5+i%10
						at := across*28 + along // the middle of a bar
						if onSide {
							at = along*28 + across
						}
						if s.Label(i) != i%10 || s.Pixels(i)[at] < 100 {
							t.Fatalf("row %d: label %d, or the bar is elsewhere", i, s.Label(i))
						}
					}
					if err := errors.Join(s.Err(), s.Close()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

// A picture that lies on its side is turned upright, in memory and on disk.
func TestTurned(t *testing.T) {
	dir, lying := folderOf(t, "emnist-digits-train", 0, 1, 2, 1, 0, 2, 1)
	for _, read := range []func(string, ...string) (Set, Set, error){ReadDigits, OpenDigits} {
		train, test, err := read(dir, "a", "b", "c")
		if err != nil {
			t.Fatal(err)
		}
		if train.Len() != 6 || test.Len() != 1 {
			t.Fatalf("%d and %d rows", train.Len(), test.Len())
		}
		for i, s := range []Set{train, test} {
			for row := range s.Len() {
				got, from := s.Pixels(row), lying.Pixels(s.index[row])
				for x := range 28 {
					for y := range 28 {
						if got[28*y+x] != from[28*x+y] {
							t.Fatalf("set %d, row %d: the pixel at row %d, column %d is another", i, row, y, x)
						}
					}
				}
			}
		}
		_ = train.Close()
	}
}

// The classes are the labels, from 0 or 1; names may be given, known, or beside the files.
func TestClasses(t *testing.T) {
	for _, c := range []struct {
		name   string
		labels []uint8
		given  []string
		known  []string
		first  uint8
		want   string
	}{
		{"from 0", []uint8{0, 2, 1}, nil, nil, 0, "0 1 2"},
		{"from 1", []uint8{1, 2, 3}, nil, nil, 1, "1 2 3"},
		{"not all", []uint8{0, 4}, nil, nil, 0, "0 1 2 3 4"},
		{"not from 1", []uint8{2, 3}, nil, nil, 0, "0 1 2 3"},
		{"two", []uint8{0, 1}, nil, nil, 0, "0 1"},
		{"names from 0", []uint8{0, 1}, []string{"a", "b"}, nil, 0, "a b"},
		{"names from 1", []uint8{1, 2}, []string{"a", "b"}, nil, 1, "a b"},
		{"names of more", []uint8{1, 2}, []string{"a", "b", "c"}, nil, 0, "a b c"},
		{"names of more from 0", []uint8{0, 1}, []string{"a", "b", "c"}, nil, 0, "a b c"},
		{"given before known", []uint8{0, 1}, []string{"a", "b"}, []string{"c", "d"}, 0, "a b"},
		{"known", []uint8{0, 1}, nil, []string{"c", "d"}, 0, "c d"},
		{"known of others", []uint8{0, 2}, nil, []string{"c", "d"}, 0, "0 1 2"},
	} {
		first, names, err := classesOf([][]uint8{nil, c.labels}, c.given, c.known)
		if err != nil || first != c.first || strings.Join(names, " ") != c.want {
			t.Errorf("%s: %d, %q, %v", c.name, first, names, err)
		}
	}
	first, names, err := classesOf([][]uint8{{62}, {1}}, nil, nil)
	if err != nil || first != 1 || len(names) != 62 {
		t.Errorf("62 classes: from %d, %d names, %v", first, len(names), err)
	}
}

// EMNIST's letters are labelled from 1, and their names are beside them.
func TestLetters(t *testing.T) {
	dir, _ := folderOf(t, "emnist-letters-train", 1, 3, 2)
	_, other := folderOf(t, "x", 2, 1)
	write(t, filepath.Join(dir, "emnist-letters-test-images-idx3-ubyte.gz"), zipped(t, gzip.BestSpeed, idxBytes(other.pixels, 2, 28, 28)))
	write(t, filepath.Join(dir, "emnist-letters-test-labels-idx1-ubyte"), idxBytes(other.labels, 2))
	write(t, filepath.Join(dir, "emnist-digits-test-labels-idx1-ubyte"), nil)
	path := filepath.Join(dir, "emnist-letters")
	train, test, err := ReadDigits(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := []int{train.Label(0), train.Label(1), train.Label(2), test.Label(0), test.Label(1)}; !slices.Equal(got, []int{0, 2, 1, 1, 0}) ||
		!slices.Equal(train.Classes(), []string{"1", "2", "3"}) {
		t.Errorf("labels %v of %q", got, train.Classes())
	}
	want := path + ": emnist-letters, 3 pictures to train on and 2 to test with, 3 classes labelled 1 to 3; turned upright"
	if train.Source().String() != want {
		t.Errorf("source %q, want %q", train.Source().String(), want)
	}
	write(t, filepath.Join(dir, "emnist-letters-mapping.txt"), []byte("1 65 97\r\n2 66 98\r\n3 67 99\r\n"))
	if train, _, err = ReadDigits(path); err != nil || !slices.Equal(train.Classes(), []string{"A", "B", "C"}) {
		t.Errorf("classes %q, %v", train.Classes(), err)
	}
	if train, _, err = ReadDigits(path, "x", "y", "z"); err != nil || !slices.Equal(train.First(2).Classes(), []string{"x", "y", "z"}) {
		t.Errorf("classes %q, %v", train.Classes(), err)
	}
}

// Fashion-MNIST is known by its labels, or by the names of its folder or files.
func TestFashion(t *testing.T) {
	s := noise(t, 20)
	for i := range s.labels {
		s.labels[i] = uint8(i % 10)
	}
	d := digitFolder{path: "x"}
	train, _, err := d.label([2]Set{s, s.First(5)}, [4]string{"", fashionSet.digests[1], "", fashionSet.digests[3]}, nil)
	if err != nil || !slices.Equal(train.Classes(), fashionSet.classes) || !strings.HasPrefix(train.Source().String(), "x: Fashion-MNIST, ") {
		t.Errorf("%q, %q, %v", train.Source().String(), train.Classes(), err)
	}
	dir := filepath.Join(t.TempDir(), "FashionMNIST")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	saveDigits(t, dir, s, s.First(5))
	table := filepath.Join(t.TempDir(), "fashion-mnist_train.csv")
	write(t, table, csvOf(s, ""))
	for _, path := range []string{dir, table} {
		train, _, err := ReadDigits(path)
		if err != nil || train.Classes()[9] != "Ankle boot" || !strings.HasPrefix(train.Source().String(), path+": Fashion-MNIST, ") {
			t.Errorf("%s: %q, %q, %v", path, train.Source().String(), train.Classes(), err)
		}
	}
}

// MNIST is known by its digests, in whatever form.
func TestMNISTIsKnown(t *testing.T) {
	if testing.Short() {
		t.Skip("writes all digits")
	}
	train, test := mnist(t)
	idx, table := t.TempDir(), t.TempDir()
	saveDigits(t, idx, train, test)
	write(t, filepath.Join(table, "mnist_train.csv"), csvOf(train, ""))
	write(t, filepath.Join(table, "mnist_test.csv"), csvOf(test, ""))
	for name, read := range map[string]func() (Set, Set, error){
		"IDX": func() (Set, Set, error) { return ReadDigits(idx) }, "disk": func() (Set, Set, error) { return OpenDigits(idx) },
		"CSV": func() (Set, Set, error) { return ReadDigits(table) },
	} {
		got, gotTest, err := read()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(got.Source().String(), ": MNIST, 60000 pictures to train on and 10000 to test with, 10 classes") {
			t.Errorf("%s: source %q", name, got.Source().String())
		}
		equal(t, name, got, train, []int{0, 59999, 30000})
		equal(t, name, gotTest, test, []int{0, 9999})
		_, _ = got.Close(), gotTest.Close()
	}
}

// csvOf is a set as a table with the label first; header is its first line, "" for none.
func csvOf(s Set, header string) []byte {
	text := []byte(header)
	for i := range s.Len() {
		text = strconv.AppendUint(text, uint64(s.labels[i]), 10)
		for _, p := range s.Pixels(i) {
			text = strconv.AppendUint(append(text, ','), uint64(p), 10)
		}
		text = append(text, '\n')
	}
	return text
}

// All of these are the same table of digits.
func TestDigitsCSV(t *testing.T) {
	want := noise(t, 8)
	want.labels = []uint8{0, 1, 2, 1, 0, 2, 1, 0}
	names := func(prefix string, from, to int) string {
		var list []string
		for i := from; i < to; i++ {
			list = append(list, prefix+fmt.Sprint(i))
		}
		return strings.Join(list, ",")
	}
	plain := csvOf(want, "")
	last := ""
	for line := range strings.Lines(string(plain)) {
		label, rest, _ := strings.Cut(strings.TrimSpace(line), ",")
		last += rest + "," + label + "\n"
	}
	for name, content := range map[string][]byte{
		"no names":         plain,
		"Kaggle's names":   csvOf(want, "label,"+names("pixel", 0, 784)+"\n"),
		"rows and columns": csvOf(want, "label,"+names("1x", 1, 785)+"\n"),
		"numbers as names": csvOf(want, "label,"+names("", 0, 784)+"\n"),
		"only numbers":     csvOf(want, names("", 0, 785)+"\n"),
		"pandas' names":    csvOf(want, "0,"+names("0.", 1, 785)+"\n"),
		"label last":       []byte(names("pixel", 1, 785) + ",class\n" + last),
		"floats":           []byte(strings.ReplaceAll(string(plain), ",", ".0,")),
		"quotes, CRLF":     []byte(strings.NewReplacer("\n", "\r\n", ",255", ",\"255\"").Replace(string(plain))),
		"semicolons":       []byte(strings.ReplaceAll(string(plain), ",", ";")),
		"gzip":             zipped(t, gzip.BestSpeed, plain),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := inMemory("x", content).readCSV()
			if err != nil {
				t.Fatal(err)
			}
			equal(t, name, s, want, []int{0, 7, 3})
		})
	}
}

// The test set is the file beside that of the training, if it has labels; else a part of the training set is drawn.
func TestDigitsCSVAndItsTest(t *testing.T) {
	s := noise(t, 14)
	for i := range s.labels {
		s.labels[i] = uint8(i % 3)
	}
	labelled, unlabelled := csvOf(s.First(4), ""), []byte(strings.Repeat("0,", 783)+"0\n")
	for _, c := range []struct {
		train, test string
		content     []byte
		want        string
	}{
		{"mnist_train.csv", "mnist_test.csv", labelled, "14 pictures to train on and 4 to test with, 3 classes"},
		{"mnist_train_small.csv", "mnist_test.csv", labelled, "14 pictures to train on and 4 to test with, 3 classes"},
		{"Train.csv", "Test.csv", labelled, "14 pictures to train on and 4 to test with, 3 classes"},
		{"train.csv", "test.csv", unlabelled, "12 pictures to train on and 2 to test with, 3 classes; no test set (test.csv has no labels): these 2 are drawn for it"},
		{"train.csv", "other.csv", labelled, "12 pictures to train on and 2 to test with, 3 classes; no test set: these 2 are drawn for it"},
		{"digits.csv", "test.txt", labelled, "12 pictures to train on and 2 to test with, 3 classes; no test set: these 2 are drawn for it"},
	} {
		t.Run(c.train+" "+c.test, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, c.train)
			write(t, path, csvOf(s, ""))
			write(t, filepath.Join(dir, c.test), c.content)
			for _, named := range []string{path, dir} {
				train, test, err := ReadDigits(named)
				if err != nil {
					t.Fatal(err)
				}
				if want := named + ": not MNIST's files, " + c.want; train.Source().String() != want {
					t.Errorf("source %q, want %q", train.Source().String(), want)
				}
				if test.Len() == 2 { // the same each time, and not in the training set
					for row := range 2 {
						if slices.Contains(train.index, test.index[row]) {
							t.Error("a picture is in both sets")
						}
					}
				}
			}
		})
	}
}

// A gigabyte in one column or one line needs a bounded amount of memory.
func TestDigitsCSVOfAGigabyte(t *testing.T) {
	for name, text := range map[string]string{"numbers": "1\n", "one line": "1", "fields": "1,"} {
		t.Run(name, func(t *testing.T) {
			file := digitFile{large{text}, "x", 1 << 30}
			before := hostile.Allocated()
			_, err := file.readCSV()
			if used := hostile.Allocated() - before; used > 1<<20 {
				t.Errorf("%d bytes of memory", used)
			}
			wording.Check(t, err, "line 1")
		})
	}
}

// large is a file that repeats a text.
type large struct{ text string }

func (l large) ReadAt(p []byte, at int64) (int, error) {
	for i := range p {
		p[i] = l.text[(at+int64(i))%int64(len(l.text))]
	}
	return len(p), nil
}

func (l large) Close() error { return nil }

func TestReadNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "names.txt")
	for text, want := range map[string]string{
		"zero\none\n":               "zero one",
		"\ufeffzero\r\none\r\n\r\n": "zero one",
		"0 48\n1 49\n2 50":          "0 1 2",
		"1 65 97\n2 66 98\n":        "A B",
		"영\n일\n":                    "영 일",
		"a b c\nd\n":                "a b c d",
		"7\n8\n":                    "7 8",
		"1 54620\n2 44032\n":        "한 가",
	} {
		write(t, path, []byte(text))
		if names, err := ReadNames(path); err != nil || strings.Join(names, " ") != want {
			t.Errorf("%q: %q, %v", text, names, err)
		}
	}
	for _, c := range [][]string{
		{"", "0 names", "2 to 62"},
		{"one\n", "1 name", "2 to 62"},
		{strings.Repeat("a\n", 63), "63 names", "2 to 62"},
		{"a\nb\na\n", "classes 0 and 2", `"a"`},
		{"a\nb\x00\n", "class 1", `"b\x00"`},
		{"a\n" + strings.Repeat("b", 101), "class 1", "100 bytes"},
		{"0 48\ntwo\n", "line 2", `"two"`, "class 1"},
		{"0 48\n2 50\n", "line 2", `"2 50"`, "class 1"},
		{"5 48\n6 50\n", "line 1", `"5 48"`, "class 1"},
		{strings.Repeat("x", 1<<16+1), "65537 bytes", "65536"},
	} {
		write(t, path, []byte(c[0]))
		_, err := ReadNames(path)
		wording.Check(t, err, append(c[1:], path)...)
	}
	if names, err := ReadNames("zero, one ,two"); err != nil || !slices.Equal(names, []string{"zero", "one", "two"}) {
		t.Errorf("of a list: %q, %v", names, err)
	}
	_, err := ReadNames("a,b,a")
	wording.Check(t, err, "classes 0 and 2", `"a"`)
	if _, err := ReadNames(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// A table of any bytes is refused, or has rows of a label from 0 to 62 and 784 pixels.
func FuzzDigitsCSV(f *testing.F) {
	s := labelled([]uint8{3, 62})
	s.pixels = bytes.Repeat([]byte{1, 255}, 784)
	plain := csvOf(s, "")
	f.Add(plain)
	f.Add(csvOf(s, "label"+strings.Repeat(",x", 784)+"\n"))
	f.Add(plain[:len(plain)/2])
	f.Add(bytes.Replace(plain, []byte("255"), []byte("256"), 1))
	f.Add(bytes.ReplaceAll(plain, []byte(","), []byte(" ; ")))
	f.Add(zipped(f, gzip.BestSpeed, plain))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, text []byte) {
		before := hostile.Allocated()
		s, err := inMemory("x", text).readCSV()
		if used := hostile.Allocated() - before; used > uint64(16<<20+3000*len(text)) { // what may be compressed
			t.Fatalf("%d bytes of memory for a file of %d", used, len(text))
		}
		hostile.Refusal(t, err, 500)
		if err != nil {
			return
		}
		if s.Len() == 0 || len(s.pixels) != 784*s.Len() || len(s.labels) != s.Len() || slices.Max(s.labels) > MaxClasses {
			t.Fatalf("%d pixels and labels %v", len(s.pixels), s.labels)
		}
		again, err := inMemory("x", csvOf(s, "")).readCSV()
		if err != nil || !bytes.Equal(again.pixels, s.pixels) || !bytes.Equal(again.labels, s.labels) {
			t.Fatalf("written and read again it is another: %v", err)
		}
	})
}
