package keras

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gorgonia-lectures/common/hdf5"
	"gorgonia-lectures/common/model"
)

// The variables in model.weights.h5 of a .keras file, and in the .weights.h5 files of Keras 3, are numbered:
//
//	/layers/dense_1/vars/0    the kernel of the second Dense layer, whatever its name, then its other weights
//	/optimizer/vars/0         the iteration
//	/optimizer/vars/1         the learning rate, missing with a schedule and in Keras 2
//	/optimizer/vars/2 ...     all slots of the first trainable variable, then those of the next one
//
// Layers without weights may have an empty group. Keras 2.13 has another name for the first group.
var layerGroups = []string{"layers", "_layer_checkpoint_dependencies"}

const (
	optimizerName = "optimizer"
	variablesName = "vars"
)

// variables returns the datasets of a group's member; none if there is no such member.
func variables(g *hdf5.Group, name string) ([]*hdf5.Dataset, error) {
	if g == nil {
		return nil, nil
	}
	member, ok := g.Member(name).(*hdf5.Group)
	if !ok {
		return nil, nil
	}
	g, ok = member.Member(variablesName).(*hdf5.Group)
	if !ok {
		return nil, nil
	}
	list := make([]*hdf5.Dataset, len(g.Names()))
	for i := range list {
		var err error
		if list[i], err = g.Dataset(strconv.Itoa(i)); err != nil {
			return nil, fmt.Errorf("%s: %d variables: %w", name, len(list), err)
		}
	}
	return list, nil
}

// numberedLayers returns the datasets of each layer with weights. paths are the names of the layers' groups, after
// those of the models around them. ok is false if the variables are not numbered.
func numberedLayers(root *hdf5.Group, paths [][]string) (list [][]*hdf5.Dataset, ok bool, err error) {
	if innerLayers(root) == nil {
		return nil, false, nil
	}
	for _, path := range paths {
		last := len(path) - 1
		g := innerLayers(root)
		for _, name := range path[:last] {
			if g != nil {
				inner, _ := g.Member(name).(*hdf5.Group)
				g = innerLayers(inner)
			}
		}
		datasets, err := variables(g, path[last])
		if err != nil {
			return nil, true, err
		}
		if len(datasets) > 0 {
			list = append(list, datasets)
		}
	}
	return list, true, nil
}

// innerLayers returns the group of a model's layers; nil if there is none.
func innerLayers(model *hdf5.Group) *hdf5.Group {
	if model == nil {
		return nil
	}
	for _, name := range layerGroups {
		if g, ok := model.Member(name).(*hdf5.Group); ok {
			return g
		}
	}
	return nil
}

// hat is the slot that is stored after all others, for all variables together.
const hat = "velocity_hat"

// numberedOptimizer returns the group of the optimizer's variables with the names of .h5 files; nil if there is none.
// slots are the optimizer's slots for each trainable variable.
func numberedOptimizer(root *hdf5.Group, slots []string) (*hdf5.Group, error) {
	if root.Member("optimizer_weights") != nil {
		return root.Group("optimizer_weights")
	}
	list, err := variables(root, optimizerName)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	g := hdf5.NewGroup()
	var names []string
	add := func(name string, d *hdf5.Dataset) {
		names = append(names, name)
		err = errors.Join(err, g.Add(name, d))
	}
	add("iteration", list[0])
	var kept []*hdf5.Dataset
	for i, d := range list[1:] {
		switch {
		case len(d.Shape()) > 0:
			kept = append(kept, d)
		case i == 0:
			add("learning_rate", d)
		} // another number is Nadam's product, which follows from the iteration
	}
	if len(slots) > 0 { // Keras 2 keeps a momentum even if it is 0
		if len(kept)%len(slots) != 0 {
			return nil, fmt.Errorf("%d variables, want %v for each variable that is trained", len(kept), slots)
		}
		turns := slices.DeleteFunc(slices.Clone(slots), func(name string) bool { return name == hat })
		byTurns := len(kept) / len(slots) * len(turns)
		for i, d := range kept {
			slot := hat
			if i < byTurns {
				slot = turns[i%len(turns)]
			}
			add(fmt.Sprintf("%d_%s", i, slot), d)
		}
	}
	g.SetAttribute("weight_names", names)
	return g, first(err)
}

// numbered returns the tree of model.weights.h5 with the variables and the progress of an .h5 file's tree, which has
// the variables in the same order.
func numbered(root *hdf5.Group, layers []model.Layer) (*hdf5.Group, error) {
	weights, err := root.Group("model_weights")
	if err != nil {
		return nil, err
	}
	all := hdf5.NewGroup()
	for _, l := range layers {
		list, err := storedLayers(weights, []string{l.Name})
		if err == nil && len(list) > 0 {
			err = addVariables(all, l.Name, list[0])
		}
		if err != nil {
			return nil, err
		}
	}
	moments, err := root.Group("optimizer_weights")
	if err != nil {
		return nil, err
	}
	list, err := texts(moments, "weight_names")
	if err != nil {
		return nil, err
	}
	var kept []*hdf5.Dataset
	for _, name := range list {
		d, err := moments.Dataset(name)
		if err != nil {
			return nil, err
		}
		kept = append(kept, d)
	}
	tree := hdf5.NewGroup()
	if state, ok := root.Attribute(progressName); ok {
		tree.SetAttribute(progressName, state)
	}
	own := hdf5.NewGroup() // the model's own variables: none
	own.SetAttribute("name", modelName)
	return tree, first(errors.Join(tree.Add(layerGroups[0], all), tree.Add(variablesName, own),
		addVariables(tree, optimizerName, kept)))
}

// addVariables adds a group of numbered variables.
func addVariables(g *hdf5.Group, name string, list []*hdf5.Dataset) error {
	inner, outer := hdf5.NewGroup(), hdf5.NewGroup()
	inner.SetAttribute("name", name)
	for i, d := range list {
		if err := inner.Add(strconv.Itoa(i), d); err != nil {
			return err
		}
	}
	return errors.Join(outer.Add(variablesName, inner), g.Add(name, outer))
}
