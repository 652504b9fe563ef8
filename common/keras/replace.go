//go:build !windows

package keras

import (
	"path/filepath"

	"github.com/google/renameio/v2"
)

// replace writes a temporary file into the same folder, syncs it, and renames it.
func replace(path string, data []byte) error {
	return renameio.WriteFile(path, data, 0o644, renameio.WithTempDir(filepath.Dir(path)))
}
