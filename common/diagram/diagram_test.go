package diagram

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/graph/formats/dot"
	"gonum.org/v1/gonum/graph/formats/dot/ast"

	"gorgonia-lectures/common/internal/nets"
	"gorgonia-lectures/common/internal/wording"
	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/loss"
	"gorgonia-lectures/common/model"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

func xor(t *testing.T) *model.Net {
	net := model.Sequential(model.Input(2),
		layer.Dense{Units: 2, Activation: layer.Sigmoid}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	return nets.Compile(t, net, model.Config{Loss: loss.MeanSquaredError})
}

func cnn(t *testing.T) *model.Net {
	return nets.Compile(t, model.Sequential(model.Input(8, 8, 1),
		layer.Conv2D{Filters: 3, Kernel: layer.Square(3), Activation: layer.ReLU}, layer.MaxPool2D{},
		layer.Dropout{Rate: 0.25}, layer.Flatten{}, layer.Dense{Units: 4, Activation: layer.Softmax}), model.Config{})
}

// drawn is what a DOT file says, read by gonum's parser.
type drawn struct {
	clusters map[string][]string // labels of the nodes by label of the cluster; "" is outside
	edges    map[string]bool     // labels of both ends
}

func parse(t *testing.T, text []byte) drawn {
	t.Helper()
	file, err := dot.ParseBytes(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	d := drawn{map[string][]string{}, map[string]bool{}}
	labels := map[string]string{}
	var walk func(cluster string, statements []ast.Stmt)
	walk = func(cluster string, statements []ast.Stmt) {
		for _, s := range statements {
			switch s := s.(type) {
			case *ast.Attr:
				if s.Key == "label" {
					cluster = s.Val
				}
			case *ast.NodeStmt:
				for _, a := range s.Attrs {
					if a.Key == "label" {
						labels[s.Node.ID] = a.Val
						d.clusters[cluster] = append(d.clusters[cluster], a.Val)
					}
				}
			case *ast.EdgeStmt:
				from, to := labels[s.From.(*ast.Node).ID], labels[s.To.Vertex.(*ast.Node).ID]
				if from == "" || to == "" {
					t.Errorf("an edge from %v to %v, which are no nodes", s.From, s.To.Vertex)
				}
				d.edges[from+" -> "+to] = true
			case *ast.Subgraph:
				walk("", s.Stmts)
			}
		}
	}
	walk("", file.Graphs[0].Stmts)
	return d
}

func TestGraphOfXOR(t *testing.T) {
	text, err := Graph(xor(t))
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, text)
	want := map[string][]string{
		"":                  {`"input\n(1, 2)"`, `"target\n(1, 1)"`},
		`"dense (Dense)"`:   {`"dense.kernel\n(2, 2)"`, `"dense.bias\n(2)"`, `"Dense\n(1, 2)"`, `"Sigmoid\n(1, 2)"`},
		`"dense_1 (Dense)"`: {`"dense_1.kernel\n(2, 1)"`, `"dense_1.bias\n(1)"`, `"Dense\n(1, 1)"`, `"Sigmoid\n(1, 1)"`},
		`"loss"`:            {`"MeanSquaredError\nscalar"`},
	}
	if fmt.Sprint(d.clusters) != fmt.Sprint(want) {
		t.Errorf("clusters %v, want %v", d.clusters, want)
	}
	for _, edge := range []string{
		`"input\n(1, 2)" -> "Dense\n(1, 2)"`, `"dense.kernel\n(2, 2)" -> "Dense\n(1, 2)"`,
		`"Sigmoid\n(1, 2)" -> "Dense\n(1, 1)"`, `"target\n(1, 1)" -> "MeanSquaredError\nscalar"`,
	} {
		if !d.edges[edge] {
			t.Errorf("no edge %s in %v", edge, d.edges)
		}
	}
}

// Every node of a net with all kinds of layers stands once, in the cluster of its layer.
func TestGraphOfAllLayers(t *testing.T) {
	text, err := Graph(cnn(t))
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, text)
	for _, name := range []string{
		"conv2d (Conv2D)", "max_pooling2d (MaxPool2D)", "dropout (Dropout)", "flatten (Flatten)", "dense (Dense)", "loss",
	} {
		if _, ok := d.clusters[`"`+name+`"`]; !ok {
			t.Errorf("no cluster %q in %v", name, d.clusters)
		}
	}
	if got := strings.Count(string(text), "conv2d.kernel"); got != 1 {
		t.Errorf("conv2d.kernel stands %d times, want once", got)
	}
}

// A layer whose class has the name of an activation has it in the diagram too.
func TestGraphOfOtherLayers(t *testing.T) {
	text, err := Graph(nets.Compile(t, nets.Various(), model.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, text)
	for _, name := range []string{
		"re_lu (ReLU)", "leaky_re_lu (LeakyReLU)", "elu (ELU)", "activation (Activation)", "softmax (Softmax)",
		"zero_padding2d (ZeroPadding2D)", "spatial_dropout2d (SpatialDropout2D)", "gaussian_noise (GaussianNoise)",
		"rescaling (Rescaling)", "reshape_1 (Reshape)",
	} {
		if len(d.clusters[`"`+name+`"`]) != 1 {
			t.Errorf("%q has %v, want one operation", name, d.clusters[`"`+name+`"`])
		}
	}
}

func TestLayersOfAllLayers(t *testing.T) {
	text, err := Layers(cnn(t))
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, text)
	want := []string{
		"input|{input:|output:}|{{(None, 8, 8, 1)}|{(None, 8, 8, 1)}}",
		"conv2d: Conv2D|{input:|output:}|{{(None, 8, 8, 1)}|{(None, 6, 6, 3)}}",
		"max_pooling2d: MaxPool2D|{input:|output:}|{{(None, 6, 6, 3)}|{(None, 3, 3, 3)}}",
		"dropout: Dropout|{input:|output:}|{{(None, 3, 3, 3)}|{(None, 3, 3, 3)}}",
		"flatten: Flatten|{input:|output:}|{{(None, 3, 3, 3)}|{(None, 27)}}",
		"dense: Dense|{input:|output:}|{{(None, 27)}|{(None, 4)}}",
	}
	for i, label := range want {
		want[i] = `"` + label + `"`
	}
	if got := d.clusters[""]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("boxes\n%v, want\n%v", got, want)
	}
	if len(d.edges) != len(want)-1 || !d.edges[want[3]+" -> "+want[4]] {
		t.Errorf("edges %v, want one from each box to the next", d.edges)
	}
}

func TestSameBytes(t *testing.T) {
	for _, write := range []func(*model.Net) ([]byte, error){Graph, Layers} {
		first, err := write(cnn(t))
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if again, err := write(cnn(t)); err != nil || string(again) != string(first) {
				t.Fatalf("other bytes, error %v:\n%s\n%s", err, first, again)
			}
		}
	}
}

func TestNotCompiled(t *testing.T) {
	net := model.Sequential(model.Input(2), layer.Dense{Units: 1})
	_, err := Graph(net)
	wording.Check(t, err, "not compiled", "Compile")
	_, err = Layers(net)
	wording.Check(t, err, "not compiled", "Compile")
}

func TestQuote(t *testing.T) {
	if got, want := quote("a\"b\\c\nd"), `"a\"b\\c\nd"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A frozen layer is drawn as the layer itself.
func TestFrozenLayers(t *testing.T) {
	net := nets.Compile(t, nets.Normalized(), model.Config{})
	graph, err := Graph(net)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := Layers(net)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"conv2d_1 (Conv2D)", "batch_normalization_1 (BatchNormalization)", "average_pooling2d (AveragePool2D)"} {
		if !strings.Contains(string(graph), name) {
			t.Errorf("the graph has no %s", name)
		}
		if kind := name[strings.Index(name, "(")+1 : len(name)-1]; !strings.Contains(string(layers), kind) {
			t.Errorf("the layers have no %s", kind)
		}
	}
}
