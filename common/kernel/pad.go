package kernel

// Pad puts every image of x, batch×height×width×channels, into a frame of zeros, as y[r,top+i,left+j,c] = x[r,i,j,c].
// The images of y have outHeight×outWidth pixels.
func Pad[T Float](y, x []T, batch, height, width, channels, top, left, outHeight, outWidth int) {
	clear(y[:batch*outHeight*outWidth*channels])
	length := width * channels
	for i := range batch * height {
		copy(y[framed(i, height, top, left, outHeight, outWidth)*channels:][:length], x[i*length:])
	}
}

// PadGrad computes the gradient of Pad: dy without its frame.
func PadGrad[T Float](dx, dy []T, batch, height, width, channels, top, left, outHeight, outWidth int) {
	length := width * channels
	for i := range batch * height {
		copy(dx[i*length:][:length], dy[framed(i, height, top, left, outHeight, outWidth)*channels:])
	}
}

// framed is the pixel of the framed images where row i of all images begins.
func framed(i, height, top, left, outHeight, outWidth int) int {
	return (i/height*outHeight+top+i%height)*outWidth + left
}
