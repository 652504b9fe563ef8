package golden

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Config is a Keras configuration as JSON gives it. Each method below removes its key, so that Done
// can report what the test has not read. A missing key, and a value of another type, are fatal; the
// message names the key.
type Config map[string]any

// Has reports whether the key is still there; it removes nothing.
func (c Config) Has(key string) bool {
	_, ok := c[key]
	return ok
}

// Want takes the key's value and fails unless it equals one of the allowed values: nil, a bool, a
// string, any number, or []any and map[string]any of these.
func (c Config) Want(t testing.TB, key string, allowed ...any) {
	t.Helper()
	got := c.take(t, key)
	for _, a := range allowed {
		if reflect.DeepEqual(got, plain(a)) {
			return
		}
	}
	t.Fatalf("config %q: %v (%T) is not supported, only %v", key, got, got, allowed)
}

// Ignore removes keys that cannot change the result, such as a name; a missing one is no failure.
func (c Config) Ignore(keys ...string) {
	for _, k := range keys {
		delete(c, k)
	}
}

// Float takes a number.
func (c Config) Float(t testing.TB, key string) float64 {
	t.Helper()
	return typed[float64](t, c, key)
}

// Int takes a whole number.
func (c Config) Int(t testing.TB, key string) int {
	t.Helper()
	return whole(t, key, typed[float64](t, c, key))
}

// Ints takes a list of whole numbers.
func (c Config) Ints(t testing.TB, key string) []int {
	t.Helper()
	list := typed[[]any](t, c, key)
	ints := make([]int, len(list))
	for i, v := range list {
		ints[i] = whole(t, fmt.Sprintf("%s[%d]", key, i), v)
	}
	return ints
}

// Floats takes a list of numbers.
func (c Config) Floats(t testing.TB, key string) []float64 {
	t.Helper()
	list := typed[[]any](t, c, key)
	numbers := make([]float64, len(list))
	for i, v := range list {
		number, ok := v.(float64)
		if !ok {
			t.Fatalf("config %q: item %d is %v (%T), want a number", key, i, v, v)
		}
		numbers[i] = number
	}
	return numbers
}

// Bool takes a truth value.
func (c Config) Bool(t testing.TB, key string) bool {
	t.Helper()
	return typed[bool](t, c, key)
}

// Text takes a string.
func (c Config) Text(t testing.TB, key string) string {
	t.Helper()
	return typed[string](t, c, key)
}

// Config takes a configuration inside this one. The caller calls its Done.
func (c Config) Config(t testing.TB, key string) Config {
	t.Helper()
	return typed[map[string]any](t, c, key)
}

// Configs takes a list of configurations, such as the layers of a Sequential model.
func (c Config) Configs(t testing.TB, key string) []Config {
	t.Helper()
	list := typed[[]any](t, c, key)
	configs := make([]Config, len(list))
	for i, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("config %q: item %d is %v (%T), want an object", key, i, v, v)
		}
		configs[i] = m
	}
	return configs
}

// Done fails if a key was not taken. A test that has failed already is left alone, so Done may be
// deferred.
func (c Config) Done(t testing.TB) {
	t.Helper()
	if len(c) == 0 || t.Failed() {
		return
	}
	var left []string
	for _, k := range slices.Sorted(maps.Keys(c)) {
		left = append(left, fmt.Sprintf("%s = %v", k, c[k]))
	}
	t.Fatalf("config keys that this test does not understand: %s", strings.Join(left, ", "))
}

func (c Config) take(t testing.TB, key string) any {
	t.Helper()
	v, ok := c[key]
	if !ok {
		t.Fatalf("config %q is missing", key)
	}
	delete(c, key)
	return v
}

func typed[T any](t testing.TB, c Config, key string) T {
	t.Helper()
	v := c.take(t, key)
	got, ok := v.(T)
	if !ok {
		t.Fatalf("config %q: %v (%T) is not supported, only a %T", key, v, v, got)
	}
	return got
}

func whole(t testing.TB, key string, v any) int {
	t.Helper()
	f, ok := v.(float64)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<31 {
		t.Fatalf("config %q: %v (%T) is no whole number", key, v, v)
	}
	return int(f)
}

// plain converts Go numbers to the float64 that JSON decoding gives.
func plain(v any) any {
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return float64(r.Int())
	case r.CanUint():
		return float64(r.Uint())
	case r.CanFloat():
		return r.Float()
	}
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = plain(e)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for k, e := range v {
			object[k] = plain(e)
		}
		return object
	}
	return v
}
