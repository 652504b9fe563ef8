package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"gorgonia-lectures/common/internal/text"
)

// maxLine is the longest line of a table in bytes; one of 785 columns has 4000.
const maxLine = 1 << 16

// lines reads the rows of a text table, one for each line. Fields are separated by tabs, semicolons, bars or commas,
// whichever the first line has, or by spaces. A field may be in quotes, but not span lines. maxLine bounds the memory.
type lines struct {
	in        *bufio.Scanner
	line      int  // of the row, from 1
	separator byte // 0: no row was read
	fields    [][]byte
}

func newLines(r io.Reader) *lines {
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	in.Split(cutLine)
	return &lines{in: in}
}

// cutLine is a bufio.SplitFunc. A line ends in "\n", "\r\n" or, of an old spreadsheet, "\r".
func cutLine(data []byte, atEOF bool) (advance int, line []byte, err error) {
	at := bytes.IndexAny(data, "\r\n")
	switch {
	case at < 0 && atEOF && len(data) > 0:
		return len(data), data, nil
	case at < 0 || data[at] == '\r' && at+1 == len(data) && !atEOF: // "\n" may follow
		return 0, nil, nil
	case data[at] == '\r' && at+1 < len(data) && data[at+1] == '\n':
		return at + 2, data[:at], nil
	}
	return at + 1, data[:at], nil
}

// next reads the next row with a field that is not empty. The fields are valid until the next call; the error is
// io.EOF after the last row.
func (l *lines) next() ([][]byte, error) {
	for l.in.Scan() {
		l.line++
		line := l.in.Bytes()
		if l.separator == 0 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))                                     // the byte order mark
			if at := bytes.Index(line, []byte("sep=")); at == 0 && len(line) == len("sep=")+1 { // as Excel writes it
				l.separator = line[len(line)-1]
				continue
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			if err := isData(line); err != nil {
				return nil, err
			}
			l.separator = separatorOf(line)
		}
		if err := l.split(line); err != nil {
			return nil, fmt.Errorf("line %d, column %d: %w", l.line, len(l.fields)+1, err)
		}
		for _, field := range l.fields {
			if len(field) > 0 {
				return l.fields, nil
			}
		}
	}
	err := l.in.Err()
	switch {
	case err == nil:
		return nil, io.EOF
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d is longer than %d bytes", l.line+1, maxLine-1)
	}
	return nil, err
}

// isData returns an error if the first bytes of a file are those of another format.
func isData(begin []byte) error {
	for _, kind := range []struct{ begin, what string }{
		{"PK\x03\x04", "a zip archive or a spreadsheet: unpack it, or save it as CSV"},
		{"\x1f\x8b", "a compressed file: unpack it"},
		{"\xff\xfe", "text in UTF-16: save it in UTF-8"},
		{"\xfe\xff", "text in UTF-16: save it in UTF-8"},
		{"<", "a page of the web: download the file itself"},
		{"version https://git-lfs", "a pointer of Git LFS: get the file itself by git lfs pull"},
	} {
		if bytes.HasPrefix(begin, []byte(kind.begin)) {
			return errors.New(kind.what)
		}
	}
	return nil
}

// separatorOf returns the separator of a line: the first of tab, semicolon, bar and comma that occurs outside quotes,
// or a space.
func separatorOf(line []byte) byte {
	for _, separator := range []byte("\t;|,") {
		quoted := false
		for _, c := range line {
			if c == '"' {
				quoted = !quoted
			} else if c == separator && !quoted {
				return separator
			}
		}
	}
	return ' '
}

var errQuote = errors.New(`a quote (") is not closed in its line, or text follows it`)

// split cuts a line into fields without the spaces and the quotes around them. A quote within a quoted field is written
// twice and stays so.
func (l *lines) split(line []byte) error {
	l.fields = l.fields[:0]
	space := func(c byte) bool { return c == ' ' || c == '\t' && l.separator != '\t' }
	skip := func() {
		for len(line) > 0 && space(line[0]) {
			line = line[1:]
		}
	}
	for {
		skip()
		if l.separator == ' ' && len(line) == 0 {
			return nil
		}
		var field []byte
		if len(line) > 0 && line[0] == '"' {
			end := 1
			for end < len(line) && (line[end] != '"' || end+1 < len(line) && line[end+1] == '"') {
				if line[end] == '"' {
					end++
				}
				end++
			}
			if end >= len(line) {
				return errQuote
			}
			field, line = bytes.TrimSpace(line[1:end]), line[end+1:]
			after := len(line)
			skip()
			if len(line) > 0 && line[0] != l.separator && (l.separator != ' ' || after == len(line)) {
				return errQuote
			}
		} else {
			end := bytes.IndexByte(line, l.separator)
			if l.separator == ' ' {
				end = bytes.IndexAny(line, " \t")
			}
			if end < 0 {
				end = len(line)
			}
			field, line = bytes.TrimSpace(line[:end]), line[end:]
		}
		l.fields = append(l.fields, field)
		if l.separator == ' ' {
			continue
		}
		if len(line) == 0 {
			return nil
		}
		line = line[1:]
	}
}

// decimal parses a decimal number. Unlike strconv, it does not accept "nan", "infinity", hexadecimal numbers and
// underscores.
func decimal(text string) (v float64, ok bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// plainName returns the form in which names of columns are compared: lower-case letters and digits, without text in
// brackets.
func plainName(name []byte) string {
	var b strings.Builder
	depth := 0
	for _, r := range string(name) {
		switch {
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case depth <= 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// quotedList formats a list of names in a file.
func quotedList(names [][]byte) string {
	const most = 8
	var list []string
	for _, name := range names[:min(len(names), most)] {
		list = append(list, text.Quoted(string(name[:min(len(name), 40)])))
	}
	if more := len(names) - most; more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}
