package keras

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorgonia-lectures/common/layer"
)

func parseRescaling(s settings) (layer.Layer, error) {
	var r layer.Rescaling
	for _, name := range []string{"scale", "offset"} { // a list of one is a number
		var list []json.RawMessage
		if json.Unmarshal(s[name], &list) == nil && len(list) == 1 {
			s[name] = list[0]
		}
	}
	err := s.need("scale", &r.Scale)
	_, offset := s.decode("offset", &r.Offset)
	return r, first(errors.Join(err, offset))
}

func parseReshape(s settings) (layer.Layer, error) {
	var r layer.Reshape
	return r, s.need("target_shape", &r.Target)
}

func parseSpatialDropout2D(s settings) (layer.Layer, error) {
	var d layer.SpatialDropout2D
	return d, first(errors.Join(only(s, "data_format", "channels_last"), s.need("rate", &d.Rate)))
}

func parseGaussianNoise(s settings) (layer.Layer, error) {
	var n layer.GaussianNoise
	return n, s.need("stddev", &n.Stddev)
}

// parseZeroPadding2D reads one number for all sides, two for heights and widths, or [[top, bottom], [left, right]].
func parseZeroPadding2D(s settings) (layer.Layer, error) {
	if err := only(s, "data_format", "channels_last"); err != nil {
		return nil, err
	}
	text := s["padding"]
	s.ignore("padding")
	var all int
	var pair []int
	var sides [][]int
	switch {
	case len(text) == 0 || isNull(text):
		return layer.ZeroPadding2D{}, nil
	case json.Unmarshal(text, &all) == nil:
		sides = [][]int{{all, all}, {all, all}}
	case json.Unmarshal(text, &pair) == nil && len(pair) == 2:
		sides = [][]int{{pair[0], pair[0]}, {pair[1], pair[1]}}
	case json.Unmarshal(text, &sides) != nil || len(sides) != 2 || len(sides[0]) != 2 || len(sides[1]) != 2:
		return nil, fmt.Errorf("padding is %s, want one number, two, or two pairs", brief(text))
	}
	z := layer.ZeroPadding2D{Top: sides[0][0], Bottom: sides[0][1], Left: sides[1][0], Right: sides[1][1]}
	if z == (layer.ZeroPadding2D{}) {
		return layer.ActivationLayer{}, nil // linear: without padding the layer is the identity
	}
	return z, nil
}
