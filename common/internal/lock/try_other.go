//go:build !windows && !darwin && !dragonfly && !freebsd && !illumos && !linux && !netbsd && !openbsd

package lock

import (
	"errors"
	"os"
)

// Try has no lock on this system.
func Try(*os.File) error { return errors.ErrUnsupported }
