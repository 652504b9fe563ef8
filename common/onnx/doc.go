// Package onnx writes a net into an .onnx file, the format of the Open Neural Network Exchange, which ONNX Runtime and
// many other programs predict with, and makes a net of such a file.
//
// A file has what prediction needs: layers and weights. What training needs, the loss and the optimizer with its state,
// is in the files of package keras.
package onnx
