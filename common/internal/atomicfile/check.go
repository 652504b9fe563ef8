package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// Check returns an error if Write could not write a file to path, so that a program finds out before hours of training.
// It makes a temporary file with a name like path's and removes it; it does not change path. Unlike Write it refuses a
// symbolic link to something that is not a regular file: a user who names /dev/stdout does not want to replace it. The
// error does not name path.
func Check(path string) error {
	old, err := replaced(OS{}, path)
	if err != nil {
		return err
	}
	name, folder := filepath.Base(path), filepath.Dir(path)
	if old == nil {
		target, err := os.Stat(path)
		switch {
		case folder == "/dev": // whatever standard output is
			return errors.New("a device, want a file")
		case err != nil: // nothing is there, or a link to nothing
		case target.IsDir():
			return errors.New("a link to a folder, want a file")
		case !target.Mode().IsRegular():
			return errors.New("a link to a device, want a file")
		}
	}
	if !filepath.IsLocal(name) { // on Windows: CON is a device, and a:b a part of a
		return errors.New("not a name for a file")
	}
	if _, err := os.Stat(folder); err != nil {
		return fmt.Errorf("folder %s: %w", text.Brief(folder), file.Cause(err))
	}
	temporary, err := create(OS{}, path, old)
	if err != nil {
		return fmt.Errorf("no file of that name can be made: %w", file.Cause(err))
	}
	defer temporary.Release()
	return file.Cause(errors.Join(temporary.Close(), os.Remove(temporary.Name())))
}
