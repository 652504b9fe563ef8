package keras

import (
	"encoding/json"
	"fmt"

	"gorgonia-lectures/common/hdf5"
)

// progress is the root attribute that holds the random state: it is counted, so that seed and counters are
// all of it. Keras does not look at it.
type progress struct {
	Seed  uint64 `json:"seed"`
	Step  uint64 `json:"step"`
	Epoch int    `json:"epoch"`
}

const progressName = "gorgonia_lectures"

// readProgress tells whether the file has one: it is ours then.
func readProgress(root *hdf5.Group) (p progress, ours bool, err error) {
	if _, ours = root.Attribute(progressName); !ours {
		return p, false, nil
	}
	text, err := attributeText(root, progressName)
	if err != nil {
		return p, true, err
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, true, fmt.Errorf("attribute %s: %w", progressName, plain(err))
	}
	return p, true, nil
}
