package cli_test

import (
	"context"
	"fmt"
	"os"

	"gorgonia-lectures/common/cli"
)

// A program is a call of cli.Main with a function; Execute is the same without ending the process.
func ExampleExecute() {
	out, err := os.MkdirTemp("", "greet")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(out)
	run := func(_ context.Context, r *cli.Run) error {
		r.Printf("training for %d epochs with seed %d\n", r.Epochs, r.Seed)
		return nil
	}
	defaults := cli.Defaults{About: "shows how a program begins.", Epochs: 3}
	code := cli.Execute(context.Background(), "greet", defaults, run, []string{"-seed", "7", "-out", out}, os.Stdout, os.Stderr)
	fmt.Println("exit code", code)
	code = cli.Execute(context.Background(), "greet", defaults, run, []string{"-epochs", "-1", "-out", out}, os.Stdout, os.Stdout)
	fmt.Println("exit code", code)
	// Output:
	// training for 3 epochs with seed 7
	// exit code 0
	// greet: -epochs -1: must be at least 1
	// exit code 1
}
