//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli"
	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/dataset"
)

// manyDigits are 4.7 GB of pixels; the program has mostMemory bytes for all it does with them.
const (
	manyDigits = 6_000_000
	mostMemory = 500_000_000
)

// child is the environment variable that makes of this test the program, with the arguments in it.
const child = "MNISTCNN_TEST_ARGS"

func init() {
	if args := os.Getenv(child); args != "" {
		os.Exit(fewSteps(strings.Split(args, "\n")))
	}
}

// fewSteps runs the program until a few steps are done, and prints the most memory that it ever had.
func fewSteps(args []string) int {
	ctx, stop := context.WithCancel(context.Background())
	code := cli.Execute(&countdown{ctx, stop, 12}, "mnistcnn", defaults, run, args, os.Stdout, os.Stderr)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Printf("%s\n", regexp.MustCompile(`VmHWM:.*`).Find(status))
	return code
}

// countdown is a context that ends at the looks-th look at it: Fit takes one before each step.
type countdown struct {
	context.Context
	stop  func()
	looks int
}

func (c *countdown) Err() error {
	if c.looks--; c.looks == 0 {
		c.stop()
	}
	return c.Context.Err()
}

// hugeFolder has the files of six million digits, nearly all of them holes, and the rows that are none: 255 in the pixel
// that is the row's index in the list, and 0 elsewhere. Row i has the label i%10.
func hugeFolder(t *testing.T) (dir string, rows []int) {
	t.Helper()
	dir, rows = t.TempDir(), []int{0, 1, 999_999, 2_739_137, 5_478_274, manyDigits - 1} // 2 and 4 GiB are within two of them
	word := func(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }
	for name, count := range map[string]int{"train": manyDigits, "t10k": 100} {
		labels := slices.Concat([]byte{0, 0, 8, 1}, word(count))
		for i := range count {
			labels = append(labels, byte(i%10))
		}
		if err := os.WriteFile(filepath.Join(dir, name+"-labels-idx1-ubyte"), labels, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Create(filepath.Join(dir, name+"-images-idx3-ubyte"))
		if err != nil {
			t.Fatal(err)
		}
		put := func(at int64, bytes ...byte) {
			if _, err := file.WriteAt(bytes, at); err != nil {
				t.Fatal(err)
			}
		}
		put(0, slices.Concat([]byte{0, 0, 8, 3}, word(count), word(28), word(28))...)
		put(16+int64(count)*784-1, 0)
		for i, row := range rows {
			if row < count {
				put(16+int64(row)*784+int64(i), 255)
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir, rows
}

// The program trains on more digits than it has memory for: it takes some steps on all of six million digits in a random
// order, is interrupted, and continues, each time with less than a ninth of their size.
func TestSixMillionDigits(t *testing.T) {
	clitest.Long(t)
	dir, rows := hugeFolder(t)
	train, test, err := dataset.OpenDigits(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer test.Close()
	defer train.Close()
	if train.Len() != manyDigits || test.Len() != 100 {
		t.Fatalf("%d and %d digits", train.Len(), test.Len())
	}
	for i, row := range rows {
		want := make([]byte, 784)
		want[i] = 255
		if !bytes.Equal(train.Pixels(row), want) || train.Label(row) != row%10 {
			t.Errorf("row %d is not the one that was written", row)
		}
	}
	for _, row := range []int{2, 3_000_000, manyDigits - 2} {
		if !bytes.Equal(train.Pixels(row), make([]byte, 784)) || train.Label(row) != row%10 {
			t.Errorf("row %d is not the hole that it is", row)
		}
	}
	if err := train.Err(); err != nil {
		t.Fatal(err)
	}

	out := t.TempDir()
	kept := filepath.Join(out, "checkpoint.h5")
	for _, args := range [][]string{
		{"-out", out, "-no-pictures", "-stream", "-data", dir},
		{"-out", out, "-resume", kept},
	} {
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), child+"="+strings.Join(args, "\n"))
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		err := command.Run()
		if command.ProcessState.ExitCode() != 130 {
			t.Fatalf("%v: %v, standard error %q, want 130", args, err, &stderr)
		}
		clitest.Contains(t, stderr.String(), "mnistcnn: interrupted in epoch 1 of 5", "./mnistcnn -resume "+kept+"\n")
		peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB\n$`).FindStringSubmatch(stdout.String())
		if peak == nil {
			t.Fatalf("%v: it printed no VmHWM:\n%s", args, &stdout)
		}
		kilobytes, err := strconv.Atoi(peak[1])
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%v: %d MB at most", args, kilobytes*1024/1_000_000)
		if kilobytes*1024 > mostMemory {
			t.Errorf("%v: it had %d kB of memory, want at most %d bytes", args, kilobytes, mostMemory)
		}
	}
}
