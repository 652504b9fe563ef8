package dataset

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/internal/wording"
)

// twoColumns are those of a small table: a number, and a number or a name.
var twoColumns = []column{
	{name: "a", names: []string{"a", "first"}, unit: "cm"},
	{name: "b", names: []string{"b", "second"}, classes: [][]string{{"no"}, {"yes", "yea"}}},
}

// rowsOf reads a small table.
func rowsOf(r io.Reader, columns []column) (values []float64, source string, err error) {
	s, err := readTable(r, columns, []int{})
	for i := range s.Len() {
		values = append(append(values, s.Input(i)...), s.Target(i)...)
	}
	return values, s.Source().String(), err
}

// All of these are the same table.
func TestReadTable(t *testing.T) {
	for name, text := range map[string]string{
		"plain":                     "a,b\n1,0\n-3.5,1\n",
		"no last newline":           "a,b\n1,0\n-3.5,1",
		"CRLF":                      "a,b\r\n1,0\r\n-3.5,1\r\n",
		"CR":                        "a,b\r1,0\r-3.5,1\r",
		"byte order mark":           "\ufeffa,b\n1,0\n-3.5,1\n",
		"quoted":                    "\"a\",b\n\"1\",0\n-3.5,\"1\"\n",
		"empty lines":               "\n\na,b\n\n1,0\n   \n-35e-1,1\n\n",
		"empty rows":                "a,b\n1,0\n-3.5,1\n,\n,\n",
		"spaces":                    "a , b\n 1, 0\n-3.5 ,\t1 \n",
		"spaces and quotes":         "a, \"b\" \n 1, \" 0\"\n-3.5 ,\"1\"\n",
		"semicolons":                "a;b\n1;0\n-3.5;1\n",
		"bars":                      "a|b\n1|0\n-3.5 | 1\n",
		"tabs":                      "a\tb\n1\t0\n-3.5\t1\n",
		"spaces between":            "a b\n1 0\n-3.5   1 \n",
		"spaces in columns":         "     a  b\n  1.0  0\n -3.50 \t1\n",
		"numpy":                     "1.000000000000000000e+00 0.000000000000000000e+00\n-3.500000000000000000e+00 1.000000000000000000e+00\n",
		"numpy's header":            "# a,b\n1,0\n-3.5,1\n",
		"numpy's header, spaces":    "# a b\n1 0\n-3.5 1\n",
		"comments":                  "# two, rows\n#, a title; all\na\tb\n1\t0\n# half\n-3.5\t1\n",
		"Excel's separator":         "sep=;\na;b\n1;0\n-3,5;1\n",
		"decimal commas":            "a;b\n1,0;0\n-3,5;1,0\n",
		"decimal commas and tabs":   "a\tb\n1\t0\n-3,5\t1\n",
		"decimal commas in quotes":  "a,b\n1,0\n\"-3,5\",1\n",
		"other order":               "b,a\n0,1\n1,-3.5\n",
		"other names":               "First [cm],Second\n1,0\n-3.5,1\n",
		"a unit":                    "a_cm,b\n1,0\n-3.5,1\n",
		"upper case":                "A,B\n1,0\n-3.5,1\n",
		"no header":                 "1,0\n-3.5,1\n",
		"no header, quotes":         "\"1\";\"0\"\n\"-3.5\";\"1\"\n",
		"classes by name":           "a,b\n1,no\n-3.5,Yes\n",
		"classes by other name":     "1,NO\n-3.5,\" y.e.a \"\n",
		"floats as classes":         "a,b\n1,0.0\n-3.5,\"1.0\"\n",
		"scikit-learn's first line": "2,1,no,yes\n1,0\n-3.5,1\n",
		"R's names of rows":         "\"a\" \"b\"\n\"1\" 1 \"no\"\n\"2\" -3.5 \"yes\"\n",
	} {
		got, source, err := rowsOf(strings.NewReader(text), twoColumns)
		if err != nil || !slices.Equal(got, []float64{1, 0, -3.5, 1}) || source != "2 rows" {
			t.Errorf("%s: %v, %q, %v", name, got, source, err)
		}
	}
}

// Other columns are not used, and said.
func TestReadTableOfMoreColumns(t *testing.T) {
	for text, want := range map[string]string{
		"Id,a,b\n1,1,0\n2,-3.5,1\n":                                   "column 1 (Id)",
		",a,b\n0,1,0\n1,-3.5,1\n":                                     `column 1 ("")`,
		"#,a,b\n1,1,0\n2,-3.5,1\n":                                    `column 1 ("")`,
		"a;note;b;who\n1;\"5\"\" long\";0;\n-3.5; x,y ;1;\"me; I\"\n": "column 2 (note), column 4 (who)",
		"first,a,b\nx,1,0\ny,-3.5,1\n":                                "column 1 (first)",
		"u,v,w,a,b,x,y,z\n,,,1,0,,,\n,,,-3.5,1,,,\n":                  "column 1 (u), column 2 (v), column 3 (w), column 6 (x), column 7 (y), 1 more",
	} {
		got, source, err := rowsOf(strings.NewReader(text), twoColumns)
		if err != nil || !slices.Equal(got, []float64{1, 0, -3.5, 1}) || source != "2 rows; not used: "+want {
			t.Errorf("%q: %v, %q, %v, want %s", text, got, source, err, want)
		}
	}
}

func TestReadTableErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	if _, err := readTable(iotest.ErrReader(broken), twoColumns, nil); !errors.Is(err, broken) {
		t.Errorf("a reader's error became %v", err)
	}
}

// The cases are tables as people have them, of the same flowers in the same order: the split, and so the training, is
// the same for all.
func TestIrisCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/iris_*.csv")
	if err != nil || len(paths) != 9 {
		t.Fatalf("%d tables, %v", len(paths), err)
	}
	first, err := OpenIris("testdata/cases/iris_float_class.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".csv"), func(t *testing.T) {
			s, err := OpenIris(path)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.floats, first.floats) || !slices.Equal(s.targets, first.targets) || s.Len() != 60 {
				t.Errorf("%d flowers, want those of the other tables", s.Len())
			}
			want := path + ": 60 rows"
			if strings.Contains(path, "_id") {
				want += "; not used: column 1 (Id)"
			}
			if s.Source().String() != want {
				t.Errorf("source %q, want %q", s.Source().String(), want)
			}
			for i := range s.Len() {
				if s.Label(i) != i/20 {
					t.Fatalf("flower %d is of species %d", i, s.Label(i))
				}
			}
		})
	}
}

// A table of any number of rows is read.
func TestTablesOfManySizes(t *testing.T) {
	for _, rows := range []int{1, 50, 5000, 200_000} {
		row := "5.1,3.5,1.4,0.2,Iris-setosa\n"
		path := filepath.Join(t.TempDir(), "flowers.csv")
		write(t, path, []byte(strings.Repeat(row, rows)))
		s, err := OpenIris(path)
		if err != nil || s.Len() != rows || s.Source().String() != path+": "+plural(rows, "row") {
			t.Errorf("%d rows: %d, %q, %v", rows, s.Len(), s.Source().String(), err)
		}
	}
}

// endless repeats a text, as far as a gigabyte.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.at >= 1<<30 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) {
		k := copy(p[n:], e.text[e.at%len(e.text):])
		n, e.at = n+k, e.at+k
	}
	return n, nil
}

// A gigabyte in one column, in one line, or of blank lines needs a bounded amount of memory, and the file of that size is
// refused before it is read.
func TestTableOfAGigabyte(t *testing.T) {
	for name, text := range map[string]string{
		"numbers": "1\n", "one line": "1", "one line of fields": "1,", "quotes": "\"", "words": "word word\n",
	} {
		t.Run(name, func(t *testing.T) {
			before := hostile.Allocated()
			_, _, err := rowsOf(&endless{text: text}, twoColumns)
			if used := hostile.Allocated() - before; used > 1<<20 {
				t.Errorf("%d bytes of memory", used)
			}
			wording.Check(t, err, "line 1")
		})
	}
	path := filepath.Join(t.TempDir(), "large.csv")
	write(t, path, nil)
	if err := os.Truncate(path, 1<<30); err != nil {
		t.Fatal(err)
	}
	_, err := OpenIris(path)
	wording.Check(t, err, path, "1073741824 bytes", "8388608")
}

func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{
		bloodFatCSV, "a,b\n1,1\n", "a,b\n1,heavy\n", "a,b\n1\n", "a,b\n\"1\",\"0\"\n", "a,b\nNaN,Inf\n", "a,b\n\"1\n",
		"a,b\r\n1e5,-0\r\n", "a,b\n0x1p-2,1_0\n", "", "\ufeffId;b;a\n1;yes;2,5\n", "2,1,no,yes\r1,0\r", "# a b\n1 0\n",
		"a\tb\n1\t2.5\t0\n", "sep=;\n1;0\n", "\"a\" b\n\"1\" 1,234 yes\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := hostile.Allocated()
		values, _, err := rowsOf(bytes.NewReader(text), twoColumns)
		if used := hostile.Allocated() - before; used > uint64(16<<20+200*len(text)) { // with the fuzzer's own
			t.Fatalf("%d bytes of memory for a file of %d", used, len(text))
		}
		hostile.Refusal(t, err, 1500)
		if err != nil {
			if values != nil {
				t.Fatalf("values %v with the error %v", values, err)
			}
			return
		}
		if len(values) == 0 || len(values)%2 != 0 || finite("input", values, 2) != nil {
			t.Fatalf("accepted %v", values)
		}
		// What was read can be written and read again.
		again := []byte("a,b")
		for i, v := range values {
			if math.Signbit(v) && v == 0 {
				values[i] = 0
			}
			if i%2 == 1 && v != 0 && v != 1 {
				t.Fatalf("the class %v", v)
			}
			again = append(again, ",\n"[1-i%2])
			again = strconv.AppendFloat(again, v, 'g', -1, 64)
		}
		if got, _, err := rowsOf(bytes.NewReader(again), twoColumns); err != nil || !slices.Equal(got, values) {
			t.Fatalf("%v read again is %v, %v", values, got, err)
		}
	})
}
