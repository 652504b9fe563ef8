// Package levels runs tests at the CPU levels that the machine has.
package levels

import (
	"testing"

	"gorgonia-lectures/common/kernel"
)

// Tested are all levels of this machine and build, with -short only the active one: the tests of package kernel compare
// all of them then too.
func Tested() []kernel.Level {
	if testing.Short() {
		return []kernel.Level{kernel.ActiveLevel()}
	}
	return kernel.Levels()
}

// Each runs f as a subtest at each level to test, named after it. The former level is set again.
func Each(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for _, l := range Tested() {
		t.Run(l.String(), func(t *testing.T) {
			t.Logf("level %v", l)
			Set(t, l)
			f(t)
		})
	}
}

// Set makes the kernels run at the level until the test ends.
func Set(t testing.TB, l kernel.Level) {
	t.Helper()
	before := kernel.ActiveLevel()
	if err := kernel.SetLevel(l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kernel.SetLevel(before); err != nil {
			t.Error(err)
		}
	})
}
