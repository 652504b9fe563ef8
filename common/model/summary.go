package model

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Summary is Keras' table of the layers: name and kind, shape of the output, number of parameters; and how many of
// these are trainable, if not all are.
func (n *Net) Summary() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "Layer\tOutput shape\tParameters")
	for _, l := range n.layers {
		if l.err != nil {
			fmt.Fprintf(w, "%s\tdoes not fit\t\n", l.Name)
			continue
		}
		sizes := []string{"None"}
		for _, s := range l.output {
			sizes = append(sizes, strconv.Itoa(s))
		}
		fmt.Fprintf(w, "%s (%s)\t(%s)\t%s\n", l.Name, l.Kind(), strings.Join(sizes, ", "), thousands(count(l.Params)))
	}
	w.Flush() // a strings.Builder never fails
	fmt.Fprintf(&b, "Parameters: %s\n", thousands(n.ParamCount()))
	if trainable := count(n.trainable); trainable < n.ParamCount() {
		fmt.Fprintf(&b, "Trainable parameters: %s\nNon-trainable parameters: %s\n",
			thousands(trainable), thousands(n.ParamCount()-trainable))
	}
	return b.String()
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
