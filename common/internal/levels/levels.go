// Package levels runs tests at each CPU level that the machine has.
package levels

import (
	"testing"

	"gorgonia-lectures/common/kernel"
)

// Each runs f as a subtest at each level of this machine and build, named after it. The former level is set again.
func Each(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for _, l := range kernel.Levels() {
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
