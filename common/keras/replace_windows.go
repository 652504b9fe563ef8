package keras

import "os"

// replace overwrites the file: Windows has no rename that replaces one atomically.
func replace(path string, data []byte) error { return os.WriteFile(path, data, 0o644) }
