package onnx

import "google.golang.org/protobuf/encoding/protowire"

// The field numbers of the messages in onnx/onnx.proto of ONNX 1.12.0, whose IR version is 8 and whose newest operator
// set is 17. Later versions add fields and keep these.
const (
	irVersion = 8
	opset     = 17
)

// ModelProto, the message of a file.
const (
	modelIRVersion       protowire.Number = 1 // int64
	modelProducerName    protowire.Number = 2
	modelProducerVersion protowire.Number = 3
	modelDomain          protowire.Number = 4
	modelVersion         protowire.Number = 5 // int64
	modelDoc             protowire.Number = 6
	modelGraph           protowire.Number = 7  // GraphProto
	modelOpsetImport     protowire.Number = 8  // OperatorSetIdProto, repeated
	modelMetadata        protowire.Number = 14 // StringStringEntryProto, repeated
	modelTrainingInfo    protowire.Number = 20
	modelFunctions       protowire.Number = 25 // FunctionProto, repeated
)

// OperatorSetIdProto.
const (
	opsetDomain  protowire.Number = 1 // "": the operators of ONNX
	opsetVersion protowire.Number = 2 // int64
)

// StringStringEntryProto.
const (
	entryKey   protowire.Number = 1
	entryValue protowire.Number = 2
)

// GraphProto.
const (
	graphNode              protowire.Number = 1 // NodeProto, repeated, each after those that it takes values from
	graphName              protowire.Number = 2
	graphInitializer       protowire.Number = 5 // TensorProto, repeated
	graphDoc               protowire.Number = 10
	graphInput             protowire.Number = 11 // ValueInfoProto, repeated
	graphOutput            protowire.Number = 12 // ValueInfoProto, repeated
	graphValueInfo         protowire.Number = 13 // ValueInfoProto, repeated
	graphQuantization      protowire.Number = 14
	graphSparseInitializer protowire.Number = 15
)

// NodeProto.
const (
	nodeInput     protowire.Number = 1 // string, repeated; "" is an optional input that is not there
	nodeOutput    protowire.Number = 2 // string, repeated
	nodeName      protowire.Number = 3
	nodeOpType    protowire.Number = 4
	nodeAttribute protowire.Number = 5 // AttributeProto, repeated
	nodeDoc       protowire.Number = 6
	nodeDomain    protowire.Number = 7
)

// AttributeProto.
const (
	attributeName    protowire.Number = 1
	attributeFloat   protowire.Number = 2  // float
	attributeInt     protowire.Number = 3  // int64
	attributeString  protowire.Number = 4  // bytes
	attributeTensor  protowire.Number = 5  // TensorProto
	attributeGraph   protowire.Number = 6  // GraphProto
	attributeFloats  protowire.Number = 7  // float, repeated, not packed
	attributeInts    protowire.Number = 8  // int64, repeated, not packed
	attributeStrings protowire.Number = 9  // bytes, repeated
	attributeType    protowire.Number = 20 // AttributeType
	attributeRef     protowire.Number = 21
)

// AttributeProto.AttributeType.
const (
	typeFloat   = 1
	typeInt     = 2
	typeString  = 3
	typeTensor  = 4
	typeGraph   = 5
	typeFloats  = 6
	typeInts    = 7
	typeStrings = 8
)

// TensorProto. The values are in raw_data, little-endian, or in the list of their type.
const (
	tensorDims         protowire.Number = 1 // int64, repeated, not packed
	tensorDataType     protowire.Number = 2 // DataType
	tensorSegment      protowire.Number = 3 // not used by any version
	tensorFloatData    protowire.Number = 4 // float, packed
	tensorInt32Data    protowire.Number = 5 // int32, packed
	tensorStringData   protowire.Number = 6 // bytes, repeated
	tensorInt64Data    protowire.Number = 7 // int64, packed
	tensorName         protowire.Number = 8
	tensorRawData      protowire.Number = 9  // bytes
	tensorDoubleData   protowire.Number = 10 // double, packed
	tensorUint64Data   protowire.Number = 11 // uint64, packed
	tensorExternalData protowire.Number = 13 // StringStringEntryProto, repeated
	tensorDataLocation protowire.Number = 14 // 1: in another file, which external_data names
)

// TensorProto.DataType.
const (
	dataFloat    = 1
	dataUint8    = 2
	dataInt8     = 3
	dataUint16   = 4
	dataInt16    = 5
	dataInt32    = 6
	dataInt64    = 7
	dataString   = 8
	dataBool     = 9
	dataFloat16  = 10
	dataDouble   = 11
	dataUint32   = 12
	dataUint64   = 13
	dataBfloat16 = 16
)

// ValueInfoProto.
const (
	valueName protowire.Number = 1
	valueType protowire.Number = 2 // TypeProto
)

// TypeProto, and TypeProto.Tensor in it.
const (
	typeTensorType protowire.Number = 1 // TypeProto.Tensor
	typeElement    protowire.Number = 1 // DataType
	typeShape      protowire.Number = 2 // TensorShapeProto
)

// TensorShapeProto, and its Dimension: a number or a name.
const (
	shapeDim  protowire.Number = 1 // Dimension, repeated
	dimNumber protowire.Number = 1 // int64
	dimName   protowire.Number = 2
)

// Operators of ONNX.
const (
	opAdd               = "Add"
	opAveragePool       = "AveragePool"
	opBatchNorm         = "BatchNormalization"
	opCast              = "Cast"
	opClip              = "Clip"
	opConcat            = "Concat"
	opConstant          = "Constant"
	opConv              = "Conv"
	opDiv               = "Div"
	opDropout           = "Dropout"
	opElu               = "Elu"
	opErf               = "Erf"
	opExp               = "Exp"
	opFlatten           = "Flatten"
	opGelu              = "Gelu" // from operator set 20
	opGemm              = "Gemm"
	opGlobalAveragePool = "GlobalAveragePool"
	opGlobalMaxPool     = "GlobalMaxPool"
	opGreater           = "Greater"
	opHardSigmoid       = "HardSigmoid"
	opIdentity          = "Identity"
	opLeakyRelu         = "LeakyRelu"
	opMatMul            = "MatMul"
	opMaxPool           = "MaxPool"
	opMul               = "Mul"
	opPad               = "Pad"
	opReduceMax         = "ReduceMax"
	opReduceMean        = "ReduceMean"
	opRelu              = "Relu"
	opReshape           = "Reshape"
	opSelu              = "Selu"
	opSigmoid           = "Sigmoid"
	opSoftmax           = "Softmax"
	opSoftplus          = "Softplus"
	opSoftsign          = "Softsign"
	opSqueeze           = "Squeeze"
	opSub               = "Sub"
	opTanh              = "Tanh"
	opThresholdedRelu   = "ThresholdedRelu"
	opTranspose         = "Transpose"
	opUnsqueeze         = "Unsqueeze"
	opWhere             = "Where"
)
