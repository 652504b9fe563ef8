// Package chart draws the lecture's pictures: learning curves, a three-dimensional scatter, a scatter
// matrix, a grid of digits, kernels and feature maps, a network's neurons and links, a decision surface, bars
// and a confusion matrix; several of them in panels or as an animation.
//
// It uses gonum.org/v1/plot and follows its conventions: one type per kind of picture, a New function that checks the
// data, and exported fields for the style, which New sets to defaults. Encode makes a PNG (96 dots per inch) or an SVG
// by the extension of the name; Draw draws on any gonum canvas. Both check the fields that were set after New. The data
// passed to New must not change. The same picture gives the same bytes.
//
// All kinds share one look: Liberation Sans (a reader of an SVG needs that font or a similar one), a light grid, the
// legend above the data, and the colours of Palette. Those are in theme.go; which of them a kind uses is in its own
// file, most often in its Draw, and the caller sets the title. After a change of the look,
//
//	go test ./common/chart -run TestGolden -update
//
// writes testdata, and make pictures the pictures of the READMEs.
package chart
