// Package onnx saves a net as an .onnx file and loads a net from one. The format is that of the Open Neural Network
// Exchange; ONNX Runtime and many other programs predict with such files.
//
// A file has what prediction needs: layers and weights. The loss and the optimizer's state, which training needs, are
// in the files of package keras.
package onnx
