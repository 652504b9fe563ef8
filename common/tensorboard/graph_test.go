package tensorboard

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/model"
)

// values returns the values of a length-delimited field of a message.
func values(t *testing.T, m []byte, wanted protowire.Number) (list []string) {
	t.Helper()
	for len(m) > 0 {
		field, kind, n := protowire.ConsumeTag(m)
		size := protowire.ConsumeFieldValue(field, kind, m[max(n, 0):])
		if n < 0 || size < 0 {
			t.Fatalf("no message of protobuf: %x", m)
		}
		if value := m[n : n+size]; field == wanted && kind == protowire.BytesType {
			text, _ := protowire.ConsumeBytes(value)
			list = append(list, string(text))
		}
		m = m[n+size:]
	}
	return list
}

// The graph has a box for each layer that computes something, with its weights in it. A node's inputs come before it.
func TestGraph(t *testing.T) {
	for _, c := range []struct {
		name string
		net  *model.Net
	}{{"CNN", nets.CNN()}, {"various", nets.Various()}, {"normalized", nets.Normalized()}} {
		t.Run(c.name, func(t *testing.T) {
			net := nets.Compile(t, c.net, model.Config{})
			g, err := graph(net)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			boxes := map[string]bool{}
			for _, node := range values(t, g, graphNode) {
				name := values(t, []byte(node), nodeName)[0]
				if slices.Contains(names, name) || strings.Trim(name, nameLetters) != "" {
					t.Errorf("a second node %s, or another letter in it", name)
				}
				for _, input := range values(t, []byte(node), nodeInput) {
					if !slices.Contains(names, input) {
						t.Errorf("%s takes %s, which does not come before", name, input)
					}
				}
				names = append(names, name)
				box, _, _ := strings.Cut(name, "/")
				boxes[box] = true
			}
			for _, want := range append([]string{"input", "target", "loss"}, weighted(net)...) {
				if box, _, _ := strings.Cut(want, "/"); !boxes[box] || want != box && !slices.Contains(names, want) {
					t.Errorf("the nodes %v lack %s", names, want)
				}
			}
		})
	}
}

const nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/"

// weighted returns the names of a net's weights that training reads.
func weighted(net *model.Net) (names []string) {
	for _, p := range net.Trainable() {
		names = append(names, strings.Replace(p.Name, ".", "/", 1))
	}
	return names
}
