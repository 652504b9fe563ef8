package keras

import (
	"encoding/json"
	"fmt"

	"gorgonia-lectures/common/hdf5"
)

// progress is the root attribute with the random state, which is a seed and counters. Keras ignores it.
type progress struct {
	Seed  uint64 `json:"seed"`
	Step  uint64 `json:"step"`
	Epoch int    `json:"epoch"`
}

const progressName = "gorgonia_lectures"

// readProgress reads the progress, nil if the file has none and so is not ours.
func readProgress(root *hdf5.Group) (*progress, error) {
	if _, ours := root.Attribute(progressName); !ours {
		return nil, nil
	}
	text, err := attributeText(root, progressName)
	if err != nil {
		return nil, err
	}
	p := new(progress)
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("attribute %s: %w", progressName, plain(err))
	}
	return p, nil
}
