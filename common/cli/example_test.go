package cli_test

import (
	"context"
	"fmt"
	"os"

	"gorgonia-lectures/common/cli"
)

// A program is a call of cli.Run with a function; Main is the same without ending the process.
func ExampleMain() {
	out, err := os.MkdirTemp("", "greet")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(out)
	run := func(_ context.Context, opt cli.Options) error {
		opt.Printf("training for %d epochs with seed %d\n", opt.Epochs, opt.Seed)
		return nil
	}
	defaults := cli.Defaults{About: "shows how a program begins.", Epochs: 3}
	code := cli.Main(context.Background(), "greet", defaults, run, []string{"-seed", "7", "-out", out}, os.Stdout, os.Stderr)
	fmt.Println("exit code", code)
	code = cli.Main(context.Background(), "greet", defaults, run, []string{"-epochs", "-1", "-out", out}, os.Stdout, os.Stdout)
	fmt.Println("exit code", code)
	// Output:
	// training for 3 epochs with seed 7
	// exit code 0
	// greet: -epochs -1: must be at least 1
	// exit code 1
}
