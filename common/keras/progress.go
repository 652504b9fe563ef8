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

func readProgress(root *hdf5.Group) (progress, bool, error) {
	value, ok := root.Attribute(progressName)
	if !ok {
		return progress{}, false, nil
	}
	var p progress
	text, err := asText(value)
	if err == nil {
		err = json.Unmarshal([]byte(text), &p)
	}
	if err != nil {
		return p, false, fmt.Errorf("attribute %s: %w", progressName, plain(err))
	}
	return p, true, nil
}
