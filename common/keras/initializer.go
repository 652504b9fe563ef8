package keras

import (
	"encoding/json"
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"gorgonia-lectures/common/layer"
	"gorgonia-lectures/common/random"
)

// parseInitializer reads an initializer: nil for the standard one, and the JSON text of any other. Loaded weights need
// no initializer, and Save writes the text again.
func parseInitializer(s settings, name, standard string) (layer.Initializer, error) {
	text := slices.Clone(s[name])
	if len(text) == 0 || isNull(text) || text[0] != '{' { // old files have a bare name
		var bare string
		if ok, err := s.decode(name, &bare); err != nil || !ok {
			return nil, err
		}
		text, _ = json.Marshal(description{bare, map[string]any{}}) // a text and an empty map are always JSON
		return initializer{text}, nil
	}
	var o object
	if _, err := s.decode(name, &o); err != nil || o.Class == standard {
		return nil, err
	}
	return initializer{text}, nil
}

// initializer is the JSON text of an initializer that package layer does not have.
type initializer struct{ text json.RawMessage }

// Init draws no values, so that Compile without a Start is an error.
func (initializer) Init(tensor.Shape, *random.Stream) []float64 { return nil }

// initializerObject is the JSON of the initializer. nil is the standard one.
func initializerObject(i, standard layer.Initializer) (any, error) {
	if i == nil {
		i = standard
	}
	switch i := i.(type) {
	case layer.GlorotUniform:
		return description{"GlorotUniform", map[string]any{"seed": nil}}, nil
	case layer.Zeros:
		return description{"Zeros", map[string]any{}}, nil
	case initializer:
		return i.text, nil
	}
	return nil, fmt.Errorf("a %T, want one of package layer", i)
}
