package show

import (
	"fmt"
	"strconv"
	"strings"

	"gorgonia-lectures/common/lang"
	"gorgonia-lectures/common/model"
)

// Summary is Keras' table of a net's layers: name and kind, shape of the output, number of parameters; and how many of
// these are trainable, if not all are.
func Summary(net *model.Net) string { return SummaryIn(net, lang.English) }

// SummaryIn is the Summary in a language.
func SummaryIn(net *model.Net, language lang.Language) string {
	rows := [][3]string{{language.Sprintf("Layer"), language.Sprintf("Output shape"), language.Sprintf("Parameters")}}
	for _, l := range net.Layers() {
		if l.Output == nil {
			rows = append(rows, [3]string{l.Name, language.Sprintf("does not fit")})
			continue
		}
		sizes := []string{"None"}
		for _, s := range l.Output {
			sizes = append(sizes, strconv.Itoa(s))
		}
		rows = append(rows, [3]string{fmt.Sprintf("%s (%s)", l.Name, l.Kind()), "(" + strings.Join(sizes, ", ") + ")",
			thousands(l.ParamCount())})
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
	all, trainable := net.ParamCount(), 0
	for _, p := range net.Trainable() {
		trainable += p.Size()
	}
	text += language.Sprintf("Parameters: %s\n", thousands(all))
	if trainable < all {
		text += language.Sprintf("Trainable parameters: %s\n", thousands(trainable)) +
			language.Sprintf("Non-trainable parameters: %s\n", thousands(all-trainable))
	}
	return text
}

// thousands writes 3156098 as 3,156,098.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
