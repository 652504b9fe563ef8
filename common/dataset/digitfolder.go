package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gorgonia-lectures/common/internal/file"
	"gorgonia-lectures/common/internal/text"
	"gorgonia-lectures/common/lang"
)

// digitFiles are the names of MNIST's four files.
var digitFiles = [4]string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
	"t10k-labels-idx1-ubyte"}

// digitFolder has the files of a set.
type digitFolder struct {
	path     string       // as the user gave it
	paths    [4]string    // in the order of digitFiles; "": missing, which those of the test may be
	csv      bool         // paths[0] and paths[2] are CSV files, and the others are ""
	name     string       // of the set in the names of its files; "": none
	known    knownSet     // what the names tell, without digests; it has names for classes if there is a label for each
	onSide   bool         // the pictures are transposed
	untested lang.Message // why a file is not used as the test set
}

// findDigits finds the files of a path.
func findDigits(path string) (digitFolder, error) {
	d := digitFolder{path: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // it may end in the name of a set in a folder
		dir, set := filepath.Split(path)
		if other, dirErr := os.Stat(filepath.Clean(dir)); set != "" && dirErr == nil && other.IsDir() {
			err = d.find(filepath.Clean(dir), strings.ToLower(set))
		}
	case err == nil && info.IsDir():
		err = d.find(path, "")
	case err == nil:
		err = d.findCSV(path)
	}
	if err != nil {
		return digitFolder{}, fmt.Errorf("%s: %w", text.Brief(path), file.Cause(err))
	}
	dir, name := filepath.Split(d.paths[0])
	name = strings.ToLower(name)
	d.onSide = regexp.MustCompile(`(^|[^a-z])emnist`).MatchString(name)
	fashion := regexp.MustCompile(`fashion.?mnist`)
	if fashion.MatchString(name) || fashion.MatchString(strings.ToLower(filepath.Base(dir))) {
		d.known = fashionSet
	}
	if stem, _, ok := strings.Cut(name, "-train"); ok && d.onSide { // EMNIST has the names of its classes beside
		d.known.classes, err = readNameFile(filepath.Join(dir, stem+"-mapping.txt"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return digitFolder{}, err
		}
	}
	return d, nil
}

// idxName is the name of an IDX file in small letters, with "-" for other signs: that of its set, if any, and its role.
var idxName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:(.+)-)?(train|test|t10k)-(images|labels)-idx[0-9]-(?:ubyte|int)$`)
})

func matchIDX(name string) []string {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return idxName().FindStringSubmatch(strings.NewReplacer(".", "-", "_", "-", " ", "-").Replace(name))
}

// find finds the set with a name in a folder; "" is the only set, or the one without a name.
func (d *digitFolder) find(dir, set string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	sets, tables := map[string]*[4]string{}, []string{}
	for _, e := range entries {
		name := e.Name()
		match := matchIDX(name)
		switch {
		case e.IsDir():
			continue
		case match == nil:
			if strings.HasSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".csv") {
				tables = append(tables, name)
			}
			continue
		}
		role := 0
		if match[2] != "train" {
			role = 2
		}
		if match[3] == "labels" {
			role++
		}
		if sets[match[1]] == nil {
			sets[match[1]] = new([4]string)
		}
		to := &sets[match[1]][role]
		if *to == "" || filepath.Ext(*to) == ".gz" { // prefer an uncompressed file, which is faster to read
			*to = filepath.Join(dir, name)
		}
	}
	names := slices.Sorted(maps.Keys(sets))
	if set == "" && len(names) == 1 {
		set = names[0]
	}
	found := sets[set]
	switch {
	case found != nil:
	case dir != filepath.Clean(d.path):
		return fmt.Errorf("no folder, no file, and no set in the folder %s", text.Brief(dir))
	case len(names) > 1:
		set = names[0]
		const most = 4
		for i, name := range names {
			names[i] = text.Brief(name)
		}
		return fmt.Errorf("the folder has %s, as %s: name one, as %s", plural(len(names), "set"),
			strings.Join(names[:min(len(names), most)], ", "), text.Brief(filepath.Join(dir, set)))
	case len(tables) > 0:
		return d.findTable(dir, tables)
	default:
		return fmt.Errorf("neither %s nor %s.gz is in the folder, nor a CSV file", digitFiles[0], digitFiles[0])
	}
	for i, path := range found {
		if path == "" && (i < 2 || found[i^1] != "") {
			name := digitFiles[i]
			if set != "" {
				name = set + "-" + strings.Replace(name, "t10k", "test", 1)
			}
			return fmt.Errorf("%s is not in the folder", text.Brief(name))
		}
	}
	d.paths, d.name = *found, set
	return nil
}

// findTable finds the CSV file to train on in a folder without IDX files.
func (d *digitFolder) findTable(dir string, tables []string) error {
	train := func(name string) bool { return strings.Contains(strings.ToLower(name), "train") }
	if i := slices.IndexFunc(tables, train); i >= 0 {
		tables = tables[i : i+1]
	}
	if n := len(tables); n > 1 {
		return fmt.Errorf("the folder has %d CSV files, of which none is named train: name the one to train on", n)
	}
	return d.findCSV(filepath.Join(dir, tables[0]))
}

// findCSV finds the CSV file of the test beside that of the training.
func (d *digitFolder) findCSV(path string) error {
	dir, name := filepath.Split(path)
	if matchIDX(name) != nil {
		return fmt.Errorf("one of the files of a set: name their folder, %s", text.Brief(filepath.Clean(dir)))
	}
	d.csv, d.paths[0] = true, path
	for _, words := range [][2]string{{"train", "test"}, {"Train", "Test"}, {"TRAIN", "TEST"}} {
		test := words[1]
		before, after, ok := strings.Cut(name, words[0])
		if !ok {
			continue
		}
		// as mnist_test.csv is beside mnist_train_small.csv
		for _, name := range []string{before + test + after, before + test + filepath.Ext(name)} {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
				d.paths[2] = filepath.Join(dir, name)
				return nil
			}
		}
	}
	return nil
}
