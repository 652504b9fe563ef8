package checkpoint

import (
	"bytes"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/internal/hostile"
	"gorgonia-lectures/common/model"
)

// Any file gives an error of one line, or a run that resumes or is refused in one line, and takes little memory. The
// seeds in testdata are checkpoints of two neurons without their checksum, which would refuse all files made of them.
func FuzzOpen(f *testing.F) {
	f.Add(goodFile(f))
	f.Add(written(f, parsed(f, goodFile(f))))
	f.Fuzz(func(t *testing.T, file []byte) { tryFile(t, file) })
}

// FuzzRun reaches what FuzzOpen seldom does: another text of the run in a valid file.
func FuzzRun(f *testing.F) {
	good := goodFile(f)
	g, err := parsed(f, good).Group(groupName)
	if err != nil {
		f.Fatal(err)
	}
	text, _ := g.Attribute("run")
	f.Add(text.(string))
	f.Fuzz(func(t *testing.T, text string) {
		root := parsed(t, good)
		g, err := root.Group(groupName)
		if err != nil {
			t.Fatal(err)
		}
		g.SetAttribute("run", text)
		var file bytes.Buffer
		if err := hdf5.Write(&file, root); err != nil {
			return // a text with a zero byte
		}
		tryFile(t, file.Bytes())
	})
}

func tryFile(t *testing.T, file []byte) {
	t.Helper()
	before := hostile.Allocated()
	opened, err := openBytes(file)
	allowed := uint64(64 << 20)
	if err == nil {
		allowed += 128 * uint64(opened.Net.ParamCount()+opened.Net.RowSize())
	}
	if used := hostile.Allocated() - before; used > allowed {
		t.Fatalf("%d bytes of memory (%v), allowed %d", used, err, allowed)
	}
	if err != nil {
		hostile.Refusal(t, err, 2000)
		return
	}
	p := opened.Position
	if len(p.Epochs) > 1000 || opened.Net.RowSize() > 1000 {
		return // it may resume, but takes too long for a test
	}
	how := model.Fit{Epochs: len(p.Epochs) + 2, Batch: p.BatchSize}
	if p.Validation {
		how.Validation = dataset.XOR()
	}
	k := &Keeper{Net: opened.Net, Best: opened.Best != nil, Resumed: opened.Best}
	how.Callbacks = []model.Callback{k.Callback()}
	h, err := opened.Net.Fit(t.Context(), dataset.XOR(), how)
	if err != nil {
		hostile.Refusal(t, err, 2000)
	} else if len(h.Epochs) != how.Epochs {
		t.Errorf("%d epochs, want %d", len(h.Epochs), how.Epochs)
	}
}

func openBytes(file []byte) (*File, error) {
	root, err := hdf5.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	return read(root)
}
