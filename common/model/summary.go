package model

import (
	"fmt"
	"strconv"
	"strings"

	"gorgonia-lectures/common/lang"
)

// Summary is Keras' table of the layers: name and kind, shape of the output, number of parameters; and how many of
// these are trainable, if not all are.
func (n *Net) Summary() string { return n.SummaryIn(lang.English) }

// SummaryIn is the Summary in a language.
func (n *Net) SummaryIn(language lang.Language) string {
	rows := [][3]string{{language.Sprintf("Layer"), language.Sprintf("Output shape"), language.Sprintf("Parameters")}}
	for _, l := range n.layers {
		if l.err != nil {
			rows = append(rows, [3]string{l.Name, language.Sprintf("does not fit")})
			continue
		}
		sizes := []string{"None"}
		for _, s := range l.output {
			sizes = append(sizes, strconv.Itoa(s))
		}
		rows = append(rows, [3]string{fmt.Sprintf("%s (%s)", l.Name, l.Kind()), "(" + strings.Join(sizes, ", ") + ")",
			thousands(count(l.Params))})
	}
	var widths [2]int
	for _, row := range rows {
		for i := range widths {
			widths[i] = max(widths[i], lang.Width(row[i]))
		}
	}
	text := ""
	for _, row := range rows {
		text += language.Sprintf("%-*s   %-*s   %s\n", widths[0], row[0], widths[1], row[1], row[2])
	}
	text += language.Sprintf("Parameters: %s\n", thousands(n.ParamCount()))
	if trainable := count(n.trainable); trainable < n.ParamCount() {
		text += language.Sprintf("Trainable parameters: %s\n", thousands(trainable)) +
			language.Sprintf("Non-trainable parameters: %s\n", thousands(n.ParamCount()-trainable))
	}
	return text
}

// ParamCount is the number of values of all weights.
func (n *Net) ParamCount() int { return count(n.params) }

func count(params []*Param) int {
	values := 0
	for _, p := range params {
		values += p.shape.TotalSize()
	}
	return values
}

// thousands writes 3156098 as 3,156,098.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
