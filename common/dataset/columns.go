package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
)

// column describes a column that a table must have.
type column struct {
	name    string
	names   []string   // possible names, in the form of plainName; if a table has several of them, the first one counts
	unit    string     // may follow a name
	classes [][]string // the names of each class, in the form of plainName; nil: the column has numbers
}

// class returns the number of the class with a name.
func (c column) class(name string) (number float64, ok bool) {
	i := slices.IndexFunc(c.classes, func(names []string) bool { return slices.Contains(names, name) })
	return float64(i), i >= 0
}

// want describes a valid field for messages.
func (c column) want() string {
	if c.classes == nil {
		return "a finite decimal number"
	}
	var numbers, names []string
	for i, class := range c.classes {
		numbers, names = append(numbers, strconv.Itoa(i)), append(names, class[0])
	}
	return fmt.Sprintf("%s or a name: %s", strings.Join(numbers, ", "), strings.Join(names, ", "))
}

// find returns the index of the column among the names of a table; -1 if it is not there.
func (c column) find(names []string) (int, error) {
	for _, name := range c.names {
		at := -1
		for i, n := range names {
			if n != name && (c.unit == "" || n != name+c.unit && n != name+"in"+c.unit) {
				continue
			}
			if at >= 0 {
				return 0, fmt.Errorf("columns %d and %d are both named %s", at+1, i+1, c.name)
			}
			at = i
		}
		if at >= 0 {
			return at, nil
		}
	}
	return -1, nil
}

// table has the positions of the columns in the rows of a text, and the form of its numbers.
type table struct {
	columns []column
	at      []int // index of each column in a row
	width   int   // the number of fields in a row; 0: not known yet
	unused  lang.Message
	named   bool // the first line names the columns

	point, comma bool   // a number with a decimal point, or comma, was read
	either       string // the first number whose comma may separate thousands
	surely       bool   // a number was read whose comma can only be decimal
}

// readTable reads a set from a table, whose last column is the target.
func readTable(r io.Reader, columns []column, targetShape []int) (Set, error) {
	in, t := newLines(r), &table{columns: columns}
	var inputs, targets []float64
	for {
		fields, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Set{}, err
		}
		if bytes.HasPrefix(fields[0], []byte("#")) {
			if t.width == 0 && !t.comment(fields, in.separator) {
				in.separator = 0
			}
			continue
		}
		if t.width == 0 {
			header, err := t.header(fields)
			if err != nil {
				return Set{}, fmt.Errorf("line %d: %w", in.line, err)
			}
			if header {
				continue
			}
		}
		if len(targets) == 0 && t.named && len(fields) == t.width+1 && (in.separator == ' ' || in.separator == '\t') {
			t.width++ // R gives the names of rows no name
			for i := range t.at {
				t.at[i]++
			}
		}
		row, err := t.row(in.line, fields)
		if err != nil {
			return Set{}, err
		}
		last := len(row) - 1
		inputs, targets = append(inputs, row[:last]...), append(targets, row[last])
	}
	switch {
	case t.width == 0:
		return Set{}, fmt.Errorf("empty, want the columns %s", t.wanted())
	case len(targets) == 0:
		return Set{}, errors.New("no rows after the names of the columns")
	case t.either != "" && !t.surely:
		return Set{}, fmt.Errorf("%s may be thousands or have a decimal comma: want a decimal point", t.either)
	}
	s, err := FromFloats([]int{len(columns) - 1}, inputs, targetShape, targets)
	s.source = lang.Messagef("%d rows", len(targets))
	if len(targets) == 1 {
		s.source = lang.Messagef("%d row", 1)
	}
	if t.unused.String() != "" {
		s.source = lang.Messagef("%v; not used: %v", s.source, t.unused)
	}
	return s, err
}

func (t *table) wanted() string {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

// comment reports whether the columns are named in a comment, as numpy's savetxt does.
func (t *table) comment(fields [][]byte, separator byte) bool {
	names := slices.Clone(fields)
	names[0] = bytes.TrimSpace(bytes.TrimLeft(names[0], "#"))
	if separator == ' ' && len(names[0]) == 0 {
		names = names[1:]
	}
	named, err := t.find(names)
	return named && err == nil
}

// header parses the first line, and reports whether it is a header and not a row.
func (t *table) header(fields [][]byte) (bool, error) {
	named, err := t.find(fields)
	if named || err != nil {
		return named, err
	}
	t.at = nil
	for i := range t.columns {
		t.at = append(t.at, i)
	}
	if t.counts(fields) {
		t.width = len(t.columns)
		return true, nil
	}
	number := func(field []byte) bool {
		_, ok := decimal(strings.Replace(string(field), ",", ".", 1))
		return ok
	}
	if len(fields) != len(t.columns) || !slices.ContainsFunc(fields, number) {
		return false, fmt.Errorf("the columns are %s; want the names %s in any order, or these columns alone without names",
			quotedList(fields), t.wanted())
	}
	t.width = len(fields)
	return false, nil
}

// counts reports whether the first line has the numbers of rows and inputs and the names of the classes, as in tables
// of scikit-learn: 150,4,setosa,versicolor,virginica.
func (t *table) counts(fields [][]byte) bool {
	last := len(t.columns) - 1
	if len(fields) < 2 || len(fields)-2 != len(t.columns[last].classes) || string(fields[1]) != strconv.Itoa(last) {
		return false
	}
	for i, name := range fields[2:] {
		if number, ok := t.columns[last].class(plainName(name)); !ok || number != float64(i) {
			return false
		}
	}
	return true
}

// find searches the names of the columns. It is an error if only some of them are there.
func (t *table) find(fields [][]byte) (found bool, err error) {
	var names []string
	for _, field := range fields {
		names = append(names, plainName(field))
	}
	t.at = nil
	var missing []string
	for _, c := range t.columns {
		at, err := c.find(names)
		if err != nil {
			return false, err
		}
		if at < 0 {
			missing = append(missing, c.name)
		}
		t.at = append(t.at, at)
	}
	if len(missing) == len(t.columns) {
		return false, nil
	}
	if len(missing) > 0 {
		return false, fmt.Errorf("no column is named %s: the columns are %s", strings.Join(missing, ", "),
			quotedList(fields))
	}
	t.width, t.named = len(fields), true
	const most = 5
	named := 0
	for i, field := range fields {
		if slices.Contains(t.at, i) {
			continue
		}
		switch name := text.Brief(string(field)); named {
		case 0:
			t.unused = lang.Messagef("column %d (%s)", i+1, name)
		case most:
			t.unused = lang.Messagef("%v, %d more", t.unused, len(fields)-len(t.at)-most)
			return true, nil
		default:
			t.unused = lang.Messagef("%v, column %d (%s)", t.unused, i+1, name)
		}
		named++
	}
	return true, nil
}

// row parses the columns of a row.
func (t *table) row(line int, fields [][]byte) ([]float64, error) {
	if len(fields) != t.width {
		hint := ""
		if len(fields) > t.width {
			hint = ": if these are decimal commas, quote the numbers, or separate the columns by semicolons"
		}
		return nil, fmt.Errorf("line %d has %d columns, want %d (%s)%s", line, len(fields), t.width, t.wanted(), hint)
	}
	var row []float64
	for i, c := range t.columns {
		field := string(fields[t.at[i]])
		v, number, err := t.number(field)
		ok := number
		switch {
		case c.classes == nil:
		case number:
			var n int
			n, ok = class(v)
			ok = ok && n < len(c.classes)
		default:
			v, ok = c.class(plainName([]byte(field)))
		}
		where := func() string {
			return fmt.Sprintf("line %d, column %d (%s): %s", line, t.at[i]+1, c.name, text.Quoted(field))
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s %w", where(), err)
		case !ok:
			return nil, fmt.Errorf("%s, want %s", where(), c.want())
		}
		if t.either == "" && thousands(field) {
			t.either = where()
		}
		row = append(row, v)
	}
	return row, nil
}

// thousands reports whether the comma of a number may separate thousands.
func thousands(number string) bool {
	return strings.Contains(number, ",") && thousandsForm().MatchString(number)
}

var thousandsForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[+-]?[1-9][0-9]{0,2},[0-9]{3}$`)
})

// number parses a number with a decimal point or comma. It is an error if a table has both, because then the meaning of
// a comma is not clear.
func (t *table) number(field string) (v float64, ok bool, err error) {
	point, comma := strings.Contains(field, "."), strings.Contains(field, ",")
	if point && comma {
		return 0, false, nil
	}
	if v, ok = decimal(strings.Replace(field, ",", ".", 1)); !ok {
		return 0, false, nil
	}
	t.point, t.comma = t.point || point, t.comma || comma
	if t.point && t.comma {
		return 0, false, errors.New("is in a table with decimal points and decimal commas, want only points")
	}
	if comma && !thousands(field) {
		t.surely = true
	}
	return v, true, nil
}
