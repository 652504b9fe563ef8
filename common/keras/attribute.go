package keras

import (
	"fmt"
	"strconv"

	"gorgonia-lectures/common/hdf5"
)

// texts reads an attribute that is a list of texts. Keras splits a list that does not fit into a header into name0,
// name1, ..., and writes an empty list as one of numbers.
func texts(g *hdf5.Group, name string) ([]string, error) {
	value, ok := g.Attribute(name)
	if ok {
		return asTexts(name, value)
	}
	var all []string
	for i := 0; ; i++ {
		part := name + strconv.Itoa(i)
		value, ok := g.Attribute(part)
		if !ok && i == 0 {
			return nil, fmt.Errorf("no attribute %s", name)
		}
		if !ok {
			return all, nil
		}
		list, err := asTexts(part, value)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
}

func asTexts(name string, value any) ([]string, error) {
	switch v := value.(type) {
	case []string:
		return v, nil
	case []float64:
		if len(v) == 0 {
			return nil, nil
		}
	}
	return nil, not(name, value, "a list of texts")
}

// not returns the error for an attribute with a value of another type than wanted.
func not(name string, value any, wanted string) error {
	if v, ok := value.(hdf5.Unread); ok {
		return fmt.Errorf("attribute %s: %s", name, v.Why)
	}
	return fmt.Errorf("attribute %s is not %s", name, wanted)
}

func attributeText(g *hdf5.Group, name string) (string, error) {
	value, ok := g.Attribute(name)
	if !ok {
		return "", fmt.Errorf("no attribute %s: not a model that Keras saved", name)
	}
	text, ok := value.(string)
	if !ok {
		return "", not(name, value, "a text")
	}
	return text, nil
}
