package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gorgonia-lectures/common/cli/clitest"
	"gorgonia-lectures/common/show"
)

const alphabet = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z"

// letters writes pictures of 26 classes labelled from 1, as EMNIST has them, in IDX files and as CSV files: of each
// class a square at another place.
func letters(t *testing.T) (dir, table string) {
	t.Helper()
	dir, table = t.TempDir(), filepath.Join(t.TempDir(), "letters_train.csv")
	word := func(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }
	for name, rows := range map[string]int{"train": 104, "test": 26} {
		var pixels, labels []byte
		var lines strings.Builder
		for i := range rows {
			class := i % 26
			picture := make([]byte, 784)
			for y := range 4 {
				for x := range 4 {
					picture[28*(4*(class/6)+y)+4*(class%6)+x] = byte(200 + i%50)
				}
			}
			pixels, labels = append(pixels, picture...), append(labels, byte(class+1))
			lines.WriteString(fmt.Sprint(class + 1))
			for _, p := range picture {
				fmt.Fprintf(&lines, ",%d", p)
			}
			lines.WriteString("\n")
		}
		images := slices.Concat([]byte{0, 0, 8, 3}, word(rows), word(28), word(28), pixels)
		clitest.Write(t, filepath.Join(dir, "letters-"+name+"-images-idx3-ubyte"), string(images))
		clitest.Write(t, filepath.Join(dir, "letters-"+name+"-labels-idx1-ubyte"), string(slices.Concat([]byte{0, 0, 8, 1}, word(rows), labels)))
		clitest.Write(t, strings.Replace(table, "train", name, 1), lines.String())
	}
	return dir, table
}

// Any set of pictures of 28x28 trains a net with as many outputs as it has classes: from files in memory, from disk and
// from a table with the same bits. Names of its classes are those of all answers.
func TestLetters(t *testing.T) {
	clitest.Long(t)
	dir, table := letters(t)
	runs := t.TempDir()
	net := func(name string) string { return filepath.Join(runs, name, "net.h5") }
	args := []string{"-epochs", "15", "-batch", "8", "-no-pictures"}
	stdout := program.Finish(t, filepath.Join(runs, "idx"), append(args, "-data", dir, "-save", net("idx"))...)
	clitest.Contains(t, stdout, dir+": letters, 104 pictures to train on and 26 to test with, 26 classes labelled 1 to 26\n",
		"all 26 test digits are right", "Parameters: 811,026\n") // 784·1000 + 1000 and 1000·26 + 26
	program.Finish(t, filepath.Join(runs, "disk"), append(args, "-data", dir, "-stream", "-save", net("disk"))...)
	stdout = program.Finish(t, filepath.Join(runs, "csv"), append(args, "-data", table, "-save", net("csv"))...)
	clitest.Contains(t, stdout, "letters_train.csv: not MNIST's files, 104 pictures")
	for _, name := range []string{"disk", "csv"} {
		clitest.SameRun(t, filepath.Join(runs, "idx"), filepath.Join(runs, name))
	}

	// evaluating and predicting, with names and without
	stdout = program.Finish(t, filepath.Join(runs, "names"), "-data", dir, "-labels", alphabet, "-load", net("idx"), "-epochs", "0")
	clitest.Contains(t, stdout, "test accuracy 100.00 %")
	picture := "../mnistcnn/testdata/seven.png"
	names := filepath.Join(runs, "mapping.txt")
	clitest.Write(t, names, strings.ReplaceAll(alphabet, ",", "\n"))
	answer := func(args ...string) (a show.Answer) {
		var list []struct{ show.Answer }
		text := program.Main(t, append(append([]string{"-load", net("idx"), "-json"}, args...), "-predict", picture)...)
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			t.Fatal(err)
		}
		return list[0].Answer
	}
	plain, named, filed := answer(), answer("-labels", alphabet), answer("-labels", names)
	number, ok := plain.Label.(float64)
	if !ok || len(plain.Probabilities) != 26 || named.Label != strings.Split(alphabet, ",")[int(number)] || filed.Label != named.Label {
		t.Errorf("labels %v, %v and %v of %d", plain.Label, named.Label, filed.Label, len(plain.Probabilities))
	}

	// what does not fit
	program.Failure(t, []string{"-load", net("idx"), "-limit", "9"}, net("idx"), "26", "10")
	program.Failure(t, []string{"-data", dir, "-labels", "a,b"}, dir, "2 names", "26", "1 to 26")
	program.Failure(t, []string{"-load", net("idx"), "-labels", "a,b", "-predict", picture}, "-labels", "2 names", "26")
	program.Failure(t, []string{"-load", net("idx"), "-labels", "none.txt", "-predict", picture}, "-labels", "none.txt")
	program.Failure(t, []string{"-data", dir, "-labels", "names.txt"}, "-labels", "names.txt")
	program.Failure(t, []string{"-data", dir, "-labels", "a,b,a"}, "-labels", "classes 0 and 2")
	program.Failure(t, []string{"-data", table, "-stream"}, "letters_train.csv", "IDX")
}

// The cases are sets under the names that people have them.
func TestCases(t *testing.T) {
	cases := "../common/dataset/testdata/cases/idx"
	folders, err := os.ReadDir(cases)
	if err != nil || len(folders) == 0 {
		t.Fatal(err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			out := t.TempDir()
			stdout := program.Finish(t, out, "-data", filepath.Join(cases, folder.Name()), "-epochs", "2", "-no-pictures",
				"-labels", "zero, one,two,three,four,five,six,seven,eight,nine")
			clitest.Contains(t, stdout, folder.Name()+": ", "50 pictures to train on and 20 to test with, 10 classes", "\nEpoch 2/2 - ")
			if strings.Contains(stdout, "not converged") {
				t.Error("only of MNIST it is known when it has converged")
			}
		})
	}
}

// The page shows the names too.
func TestLiveNames(t *testing.T) {
	dir, _ := letters(t)
	viewer := program.Watch(t, "-data", dir, "-labels", alphabet, "-epochs", "1", "-no-pictures")
	viewer.State("done")
	seven, err := os.ReadFile("../mnistcnn/testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	if a := viewer.Ask(string(seven)); len(a.Probabilities) != 26 || !strings.Contains(alphabet, fmt.Sprint(a.Label)) {
		t.Errorf("the answer is %+v", a)
	}
	viewer.Ends("done")
}
