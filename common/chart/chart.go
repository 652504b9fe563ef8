// Package chart draws the lecture's pictures: learning curves, a three-dimensional scatter, a scatter
// matrix, a grid of digits, kernels and feature maps, a network's neurons and links, a decision surface, bars
// and a confusion matrix; several of them in panels, and as a film.
//
// It follows the conventions of gonum.org/v1/plot, on which it stands: one type per kind of picture, a New
// function that checks the data, exported fields for the style, already set to their defaults. Save writes a PNG
// (96 dots per inch) or an SVG by the extension of the path, and Draw puts the picture on any gonum canvas. The
// slices that New was given must not change afterwards; the exported fields may be set until Draw or Save, which
// report what New could not know. The same picture gives the same bytes.
//
// All kinds share one look: Liberation Sans (for SVG the reader needs that font or a stand-in), a
// light grid, the legend above the data and never on it, and the colours of Palette.
package chart
