//go:build !windows

package cli

import "testing"

// A word of a command is one that a shell reads back.
func TestWord(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"out/a-b_c.h5", "out/a-b_c.h5"},
		{"", "''"},
		{"my run.h5", "'my run.h5'"},
		{"a$b'c", `'a$b'\''c'`},
		{"*.h5", "'*.h5'"},
		{"숫자.png", "'숫자.png'"},
		{"line\nand line", `"line\nand line"`},
	} {
		if got := word(c.text); got != c.want {
			t.Errorf("%q becomes %s, want %s", c.text, got, c.want)
		}
	}
}
