package keras

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorgonia-lectures/common/internal/text"
)

// object is the JSON of a layer, a loss, a metric or an optimizer: its class and its settings. The module and the
// registered name that Keras 3 adds follow from the class.
type object struct {
	Class  string   `json:"class_name"`
	Config settings `json:"config"`
}

// description is an object to be written.
type description struct {
	Class  string         `json:"class_name"`
	Config map[string]any `json:"config"`
}

// settings are the settings of an object that were not read yet.
type settings map[string]json.RawMessage

// decode reads a setting and removes it. ok is false if it is missing or null.
func (s settings) decode(name string, to any) (ok bool, err error) {
	text, ok := s[name]
	delete(s, name)
	if !ok || isNull(text) {
		return false, nil
	}
	if err := json.Unmarshal(text, to); err != nil {
		return false, fmt.Errorf("%s is %s: %w", name, brief(text), plain(err))
	}
	return true, nil
}

// need is decode for a setting that must be there.
func (s settings) need(name string, to any) error {
	ok, err := s.decode(name, to)
	if err == nil && !ok {
		err = fmt.Errorf("%s is missing", name)
	}
	return err
}

// only removes a setting. It is an error if the setting is there, not null, and has none of the wanted values.
func only[T comparable](s settings, name string, wanted ...T) error {
	text := s[name]
	var value T
	ok, err := s.decode(name, &value)
	if err != nil || !ok || slices.Contains(wanted, value) {
		return err
	}
	return fmt.Errorf("%s is %s, want %v", name, brief(text), wanted[0])
}

// ignore removes settings that change nothing here, whatever their values.
func (s settings) ignore(names ...string) {
	for _, name := range names {
		delete(s, name)
	}
}

// rest is an error for the first setting that was not read, unless it is null or false: a setting that this package
// does not know may change what the model computes.
func (s settings) rest() error {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if value := s[name]; !isNull(value) && string(value) != "false" {
			return fmt.Errorf("%s is %s: not supported", text.Brief(name), brief(value))
		}
	}
	return nil
}

// float is a number that is written with a point even if it is whole: Keras refuses a whole number as a rate.
type float float64

// MarshalJSON writes the shortest digits that give the same number again.
func (f float) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(float64(f))
	if err == nil && !bytes.ContainsAny(text, ".e") {
		text = append(text, ".0"...)
	}
	return text, err
}

func isNull(text json.RawMessage) bool { return string(bytes.TrimSpace(text)) == "null" }

// brief shows a JSON text in an error.
func brief(value json.RawMessage) string {
	const most = 80
	var b bytes.Buffer
	if json.Compact(&b, value) != nil {
		return "not JSON"
	}
	if b.Len() > most {
		b.Truncate(most)
		return text.Graphic(b.String()) + "..."
	}
	return text.Graphic(b.String())
}

// plain replaces an error of package json, which names Go's types, by one that says what is wrong in the file.
func plain(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("want %s", kinds[kind.Type.Kind().String()])
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "unexpected end"):
		return fmt.Errorf("it is cut off after %d bytes", syntax.Offset)
	case errors.As(err, &syntax):
		return fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return err
}

var kinds = map[string]string{"int": "a whole number", "uint32": "a whole number from 0 to 4294967295",
	"uint64": "a whole number from 0 on", "float64": "a number", "string": "a text",
	"bool": "true or false", "slice": "a list", "struct": "a class with its config", "map": "a list of settings"}
