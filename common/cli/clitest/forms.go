package clitest

import (
	"encoding/json"
	"math"
	"path/filepath"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/show"
)

// MNISTLoads wants Loads of the files in the folder: nets that read digits, on [784], [28 28] and [28 28 1], with losses of
// class numbers, of one-hot rows and of logits. Their answers are probabilities, on the page and with -predict, and the
// score of the first 500 test digits is that of Keras 3.15.1's evaluate.
func MNISTLoads(t *testing.T, p Program, folder string) {
	t.Helper()
	const picture = "../mnistcnn/testdata/seven.png"
	seven := Content(t, picture)
	train, test, err := dataset.MNIST("")
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	SaveDigits(t, data, train.First(60), test.First(60)) // which are read faster than all
	for name, score := range map[string]string{
		"one_hot_loss": "6.60 %, loss 2.3253", "flat784": "15.80 %, loss 2.3127",
		"in28x28": "11.80 %, loss 2.2800", "from_logits": "18.80 %, loss 2.3318",
	} {
		if testing.Short() && name != "from_logits" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			net := filepath.Join(folder, name+".h5")
			ofPage := p.Loads(t, net, seven, "-stream", "-data", data)
			var printed []show.Answer
			text := p.Main(t, "-load", net, "-json", "-predict", picture)
			if err := json.Unmarshal([]byte(text), &printed); err != nil {
				t.Fatal(err)
			}
			stdout := p.Finish(t, t.TempDir(), "-load", net, "-limit", "500", "-epochs", "0") // with pictures
			Contains(t, stdout, "test accuracy "+score+"\n")
			for _, a := range append(printed, ofPage) {
				sum := 0.0
				for _, v := range a.Probabilities {
					sum += v
				}
				if len(a.Probabilities) != 10 || math.Abs(sum-1) > 1e-5 {
					t.Errorf("the answer is %+v, want ten probabilities", a)
				}
			}
		})
	}
}
