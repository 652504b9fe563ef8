package main

import (
	"os"
	"path/filepath"

	"gorgonia-lectures/common/bench"
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
	scripts, err := bench.Scripts()
	if err != nil {
		return toolset{}, err
	}
	mnist, err := bench.Digits()
	if err != nil {
		return toolset{}, err
	}
	t := toolset{
		scripts: scripts,
		bin:     filepath.Join(s.out, "bin"),
		mnist:   mnist,
		iris:    filepath.Join(scripts, "..", "..", "..", "dataset", "iris.csv"),
	}
	if t.python, err = bench.Python(s.out, s.python, filepath.Join(scripts, "requirements.txt")); err != nil {
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
	_, err := bench.Command("go", "build", "-o", folder+string(filepath.Separator),
		module+"common/bench/ours", module+"common/bench/plain", module+"xor", module+"iris")
	return err
}
