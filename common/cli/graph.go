package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"gorgonia-lectures/common/diagram"
	"gorgonia-lectures/common/internal/atomicfile"
	"gorgonia-lectures/common/model"
)

// graphFile reads the value of -graph. Graphviz draws better than we could, but to carry it in every program
// would make the start of each five times as long: so there is the text that it draws from.
func graphFile(text string) (string, error) {
	switch ext := strings.ToLower(filepath.Ext(text)); {
	case text == "":
		return "", errors.New("must name a file")
	case ext == ".svg" || ext == ".png":
		bare := strings.TrimSuffix(text, filepath.Ext(text))
		return "", fmt.Errorf("must end in .dot; Graphviz makes a picture of it: dot -T%s %s > %s", ext[1:], shown(bare+".dot"), shown(text))
	case ext != ".dot":
		return "", errors.New("must end in .dot")
	}
	return text, nil
}

// Graph writes the net's graph into the file of -graph, and its layers beside it, in FILE_layers.dot.
// Without the flag nothing happens.
func (o Options) Graph(net *model.Net) error {
	if o.GraphTo == "" {
		return nil
	}
	ext := filepath.Ext(o.GraphTo)
	for _, f := range []struct {
		path string
		make func(*model.Net) ([]byte, error)
	}{
		{o.GraphTo, diagram.Graph},
		{strings.TrimSuffix(o.GraphTo, ext) + "_layers" + ext, diagram.Layers},
	} {
		text, err := f.make(net)
		if err != nil {
			return fmt.Errorf("-graph %s: %w", shown(f.path), err)
		}
		if err := atomicfile.Write(f.path, text); err != nil {
			return fmt.Errorf("-graph: %w", err)
		}
		o.Printf("wrote %s\n", f.path)
	}
	return nil
}
