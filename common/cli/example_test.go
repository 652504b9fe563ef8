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
	args := []string{"-out", out, "-seed", "7"}
	code := cli.Execute(context.Background(), "greet", defaults, run, args, os.Stdout, os.Stderr)
	fmt.Println("exit code", code)
	args = []string{"-out", out, "-epochs", "-1"}
	code = cli.Execute(context.Background(), "greet", defaults, run, args, os.Stdout, os.Stdout)
	fmt.Println("exit code", code)
	// Output:
	// training for 3 epochs with seed 7
	// exit code 0
	// greet: -epochs -1: must be at least 1
	// exit code 1
}
