package keras

import (
	"encoding/json"
	"strings"
	"testing"

	"gorgonia-lectures/common/loss"
)

// Each loss of package loss has a name in files, which stands for it again.
func TestEachLossHasAName(t *testing.T) {
	for l := loss.MeanSquaredError; !strings.HasPrefix(l.String(), "loss("); l++ {
		for _, want := range []loss.Loss{l, loss.Options{Loss: l, Weight: 0.5}} {
			t.Run(want.String(), func(t *testing.T) {
				o := map[string]any{}
				if err := lossObject(o, want); err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(o)
				if err != nil {
					t.Fatal(err)
				}
				var s settings
				if err := json.Unmarshal(text, &s); err != nil {
					t.Fatal(err)
				}
				if got := readLoss(s["loss"], s["loss_weights"]); got != want {
					t.Errorf("%s is read as %v, want %v", text, got, want)
				}
			})
		}
	}
}
