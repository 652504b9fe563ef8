package layer

import (
	"strconv"
	"strings"
	"unicode"
)

// Names gives the layers of one net their names as Keras does: dense, dense_1, max_pooling2d.
type Names map[string]int

// Next is the name of the next layer of a kind, with its number from the second one on.
func (n Names) Next(kind string) string {
	name := snakeCase(kind)
	count := n[name]
	n[name]++
	if count > 0 {
		name += "_" + strconv.Itoa(count)
	}
	return name
}

// snakeCase is Keras' rule from class to name: re_lu for ReLU.
func snakeCase(class string) string {
	var b strings.Builder
	letters := []rune(class)
	for i, c := range letters {
		if i > 0 && unicode.IsUpper(c) &&
			(unicode.IsLower(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
