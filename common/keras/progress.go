package keras

import (
	"encoding/json"
	"fmt"

	"gorgonia-lectures/common/hdf5"
)

// progress is the root attribute with the random state, which is a seed and counters. Keras ignores it.
type progress struct {
	Numbers string `json:"numbers"` // whose numbers the seed draws
	Seed    uint32 `json:"seed"`
	Step    uint64 `json:"step"`
	Epoch   int    `json:"epoch"`
}

// keras3 says that the numbers are those of package random. Older files have none, as their seed drew others.
const keras3 = "Keras 3.15.1"

const progressName = "gorgonia_lectures"

// readProgress reads the progress, nil if the file has none with our numbers: it is of Keras, or an older one of ours.
func readProgress(root *hdf5.Group) (*progress, error) {
	if _, ours := root.Attribute(progressName); !ours {
		return nil, nil
	}
	text, err := attributeText(root, progressName)
	if err != nil {
		return nil, err
	}
	var whose struct{ Numbers string }
	if err := json.Unmarshal([]byte(text), &whose); err == nil && whose.Numbers != keras3 {
		return nil, nil
	}
	p := new(progress)
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("attribute %s: %w", progressName, plain(err))
	}
	return p, nil
}
