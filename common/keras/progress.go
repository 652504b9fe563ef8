package keras

import (
	"encoding/json"
	"fmt"

	"gorgonia-lectures/common/hdf5"
)

// progress is the root attribute with the random state, which is a seed and counters. Keras ignores it.
type progress struct {
	Numbers string `json:"numbers"` // the library whose random numbers the seed gives
	Seed    uint32 `json:"seed"`
	Step    uint64 `json:"step"`
	Epoch   int    `json:"epoch"`
}

// keras3 means the random numbers of package random. Files without it have a seed of other random numbers.
const keras3 = "Keras 3.15.1"

const progressName = "gorgonia_lectures"

// readProgress reads the progress; nil if the file has none with the random numbers of keras3.
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
