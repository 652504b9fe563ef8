package dataset

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// maxName is the longest name of a class in bytes, maxNames the largest file of names.
const maxName, maxNames = 100, 1 << 16

// ReadNames reads the names of 2 to 62 classes from a list, separated by commas, or from a file. Each line of a file
// has a name or, as in EMNIST's mapping files, the number of a class, from 0 or 1 upwards, the code of the letter that
// is its name, and possibly the code of another one. Names must be different and have letters and at most 100 bytes.
func ReadNames(listOrFile string) ([]string, error) {
	names := strings.Split(listOrFile, ",")
	if _, err := os.Stat(listOrFile); err == nil || len(names) == 1 {
		return readNameFile(listOrFile)
	}
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	return names, checkNames(names)
}

func readNameFile(path string) ([]string, error) {
	f, size, err := file.Open(path, "a file of names")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	var names []string
	if size > maxNames {
		err = fmt.Errorf("%d bytes, want a file of names of at most %d", size, maxNames)
	} else {
		names, err = readNames(io.LimitReader(f, maxNames))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", text.Brief(path), err)
	}
	return names, nil
}

func readNames(r io.Reader) (names []string, err error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	first, mapped := 0, false
	for i, line := range strings.FieldsFunc(strings.TrimPrefix(string(content), "\ufeff"), isLineEnd) {
		name := strings.TrimSpace(line)
		if name == "" {
			continue
		}
		if class, letter, ok := mapping(name); ok || mapped {
			if len(names) == 0 {
				first, mapped = min(class, 1), true
			}
			if !ok || !mapped || class != first+len(names) {
				return nil, fmt.Errorf("line %d: %s, want class %d and the code of its letter", i+1, text.Quoted(name),
					first+len(names))
			}
			name = letter
		}
		names = append(names, name)
	}
	return names, checkNames(names)
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

// mapping reads a line of EMNIST: the number of a class, and the code of its letter.
func mapping(line string) (class int, letter string, ok bool) {
	var numbers []int
	for _, field := range strings.Fields(line) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 || n > utf8.MaxRune {
			return 0, "", false
		}
		numbers = append(numbers, n)
	}
	if len(numbers) < 2 {
		return 0, "", false
	}
	return numbers[0], string(rune(numbers[1])), true
}

// checkNames returns an error unless the names of classes are 2 to 62 different ones of at most 100 bytes.
func checkNames(names []string) error {
	if len(names) < 2 || len(names) > MaxClasses {
		return fmt.Errorf("%s of classes, want 2 to %d", plural(len(names), "name"), MaxClasses)
	}
	seen := map[string]int{}
	for i, name := range names {
		if name == "" || len(name) > maxName || text.Graphic(name) != name {
			return fmt.Errorf("the name of class %d is %s, want letters: at most %d bytes", i,
				text.Quoted(name), maxName)
		}
		if before, twice := seen[name]; twice {
			return fmt.Errorf("classes %d and %d are both named %s", before, i, text.Quoted(name))
		}
		seen[name] = i
	}
	return nil
}
