package memory

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// The mapping of large memory has the flag "hg" (proc_pid_smaps(5), VmFlags) if Linux has huge pages; whether it then
// uses them is its own choice.
func TestMakeAdvisesHugePages(t *testing.T) {
	_, err := os.Stat("/sys/kernel/mm/transparent_hugepage")
	s := Make[float32](large)
	flags := mappingFlags(t, uintptr(unsafe.Pointer(&s[0])))
	if advised := strings.Contains(flags+" ", " hg "); advised != (err == nil) {
		t.Errorf("flags %q, and huge pages of the kernel: %v", flags, err)
	}
}

// mappingFlags is the line VmFlags of the mapping that the address lies in.
func mappingFlags(t *testing.T, at uintptr) string {
	t.Helper()
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	inside := false
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var from, to uintptr
		if n, err := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 && err == nil {
			inside = from <= at && at < to
		} else if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && inside {
			return flags
		}
	}
	t.Fatalf("no mapping holds %#x: %v", at, lines.Err())
	return ""
}
