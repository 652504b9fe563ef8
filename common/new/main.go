// Command new starts a program of your own outside this repository: a folder with a small net in main.go, to be
// changed, and a go.mod and go.sum that use this clone of the repository, so that it runs without a network.
//
//	go run ./common/new ../mynet
//	cd ../mynet
//	go run .
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

//go:embed net/main.go
var program []byte

// own is the module path of a new program, suite that of this repository.
const own, suite = "mynet", "gorgonia-lectures"

const usage = `usage: go run ./common/new FOLDER

Starts a net of your own: writes main.go, which is to be changed, go.mod and go.sum.
FOLDER must be new or empty, and outside this repository, such as ../mynet.
`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "new:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("new", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, err = io.WriteString(stdout, usage)
		return err
	} else if err != nil {
		return fmt.Errorf("%s: want one FOLDER, such as ../mynet", text.Message(err.Error()))
	}
	folder := flags.Arg(0)
	if flags.NArg() != 1 {
		return fmt.Errorf("%d arguments: want one FOLDER, such as ../mynet", flags.NArg())
	}
	root, err := repository()
	if err != nil {
		return err
	}
	path, err := outside(folder, root)
	if err != nil {
		return err
	}
	module, err := exec.Command("go", "mod", "edit", "-print", "-module="+own,
		"-require="+suite+"@v0.0.0", "-replace="+suite+"="+root, filepath.Join(root, "go.mod")).Output()
	if err != nil {
		return fmt.Errorf("go.mod: %w", said(err))
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return fmt.Errorf("go.sum: %w", file.Cause(err))
	}
	if err := write(path, []content{{"go.sum", sums}, {"go.mod", module}, {"main.go", program}}); err != nil {
		return fmt.Errorf("%s: %w", text.Brief(folder), err)
	}
	_, err = fmt.Fprintf(stdout, "wrote %s: main.go, go.mod and go.sum; to train it:\n\n    cd %s\n    go run .\n\n",
		text.Brief(folder), text.ShellWord(folder))
	return err
}

// repository returns the folder of this module. It asks the go command in the working directory.
func repository() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", suite).Output()
	dir := strings.TrimSpace(string(out))
	if _, ended := errors.AsType[*exec.ExitError](err); ended || err == nil && dir == "" {
		return "", fmt.Errorf("the working directory is not in module %s: run this in the folder of its repository", suite)
	}
	return dir, err
}

// said adds a command's standard error to its error.
func said(err error) error {
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("%w: %s", err, text.Message(string(ended.Stderr)))
	}
	return err
}

// outside returns the absolute path of folder, without symbolic links. It is an error if that is inside root.
func outside(folder, root string) (string, error) {
	path, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("%s: %w", text.Brief(filepath.Dir(path)), file.Cause(err))
	}
	whole := filepath.Join(parent, filepath.Base(path))
	if there, err := filepath.EvalSymlinks(whole); err == nil {
		whole = there
	}
	home, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", fmt.Errorf("%s: %w", text.Brief(root), file.Cause(err))
	}
	if rel, err := filepath.Rel(home, whole); err == nil && filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s: inside this repository, want a folder outside it, such as ../mynet", text.Brief(folder))
	}
	return whole, nil
}

// content is the name and the data of a file.
type content struct {
	name string
	data []byte
}

// write writes the files to a folder, which must be empty or is made. If one cannot be written, it removes the others.
func write(folder string, files []content) (err error) {
	made := []string{}
	defer func() {
		for i := len(made) - 1; err != nil && i >= 0; i-- {
			_ = os.Remove(made[i])
		}
	}()
	switch err := os.Mkdir(folder, 0o777); {
	case err == nil:
		made = append(made, folder)
	case !errors.Is(err, fs.ErrExist):
		return file.Cause(err)
	default:
		if info, err := os.Stat(folder); err == nil && !info.IsDir() {
			return errors.New("a file, want a folder")
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			return file.Cause(err)
		}
		if len(entries) > 0 {
			return fmt.Errorf("not empty: it has %s, want a new folder or an empty one", text.Brief(entries[0].Name()))
		}
	}
	for _, f := range files {
		path := filepath.Join(folder, f.name)
		out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, file.Cause(err))
		}
		made = append(made, path)
		_, err = out.Write(f.data)
		if err = errors.Join(err, out.Close()); err != nil {
			return fmt.Errorf("%s: %w", f.name, file.Cause(err))
		}
	}
	return nil
}
