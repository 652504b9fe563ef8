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

// settings has the settings of an object that are not read yet.
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

// need is decode for a required setting.
func (s settings) need(name string, to any) error {
	ok, err := s.decode(name, to)
	if err == nil && !ok {
		err = fmt.Errorf("%s is missing", name)
	}
	return err
}

// only removes a setting. It is an error if it has a value, not null, that is not among those wanted.
func only[T comparable](s settings, name string, wanted ...T) error {
	text := s[name]
	var value T
	ok, err := s.decode(name, &value)
	if err != nil || !ok || slices.Contains(wanted, value) {
		return err
	}
	return fmt.Errorf("%s is %s, want %v", name, brief(text), wanted[0])
}

// ignore removes settings whose values do not matter.
func (s settings) ignore(names ...string) {
	for _, name := range names {
		delete(s, name)
	}
}

// rest returns an error for the first setting that was not read, unless it is null or false: an unknown setting may
// change what the model computes.
func (s settings) rest() error {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if value := s[name]; !isNull(value) && string(value) != "false" {
			return fmt.Errorf("%s is %s: not supported", text.Brief(name), brief(value))
		}
	}
	return nil
}

// float is a number that is written with a point even if it is an integer: Keras refuses an integer as a rate.
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

// brief shortens a JSON text for an error.
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

// plain replaces an error of package json, which names Go types, by one about the file.
func plain(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("want %s", kinds[kind.Type.Kind().String()])
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && strings.Contains(err.Error(), "unexpected end"):
		return fmt.Errorf("it is truncated after %d bytes", syntax.Offset)
	case errors.As(err, &syntax):
		return fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return err
}

var kinds = map[string]string{"int": "a whole number", "uint32": "a whole number from 0 to 4294967295",
	"uint64": "a whole number from 0 on", "float64": "a number", "string": "a text",
	"bool": "true or false", "slice": "a list", "struct": "a class with its config", "map": "a list of settings"}
