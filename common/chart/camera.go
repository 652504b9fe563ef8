package chart

import "math"

// vec3 is a point or direction: X, Y, Z.
type vec3 [3]float64

func (a vec3) dot(b vec3) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// halfBox is half the size of the box of axes, and eyeDistance the distance from its centre to the eye. They are
// matplotlib's (mplot3d: box aspect 4:4:3 scaled to a diagonal of 1.8295 * 25/24, camera distance 10), so that the same
// angles give the same view, with the same slight perspective.
var halfBox = vec3{0.5953, 0.5953, 0.4465}

const eyeDistance = 10.0

// camera looks at the centre of the box. The elevation is the angle of the eye above the XY plane, the azimuth its
// angle about the Z axis, from X towards Y.
type camera struct {
	right, up, eye vec3 // unit vectors: to the right and up on the paper, from the centre to the eye
}

func newCamera(elevation, azimuth float64) camera {
	sinE, cosE := math.Sincos(elevation * math.Pi / 180)
	sinA, cosA := math.Sincos(math.Mod(azimuth, 360) * math.Pi / 180)
	return camera{
		right: vec3{-sinA, cosA, 0},
		up:    vec3{-sinE * cosA, -sinE * sinA, cosE},
		eye:   vec3{cosE * cosA, cosE * sinA, sinE},
	}
}

// project returns the point on the paper, in units of the box, and its depth, the distance from the eye along the line
// of sight. The picture is true to scale in the plane of the centre.
func (c camera) project(q vec3) (x, y, depth float64) {
	x, y, depth = c.right.dot(q), c.up.dot(q), eyeDistance-c.eye.dot(q)
	return x * eyeDistance / depth, y * eyeDistance / depth, depth
}

// backWalls is the side of the wall at the back for each axis, away from the eye: -1 at the minimum, +1 at the maximum.
// It tilts an eye straight above or below a little, so that the walls do not depend on rounding.
func backWalls(elevation, azimuth float64) vec3 {
	tilted := newCamera(math.Max(-89.9, math.Min(89.9, elevation)), azimuth)
	var side vec3
	for i, towards := range tilted.eye {
		side[i] = -1
		if towards < -1e-9 {
			side[i] = 1
		}
	}
	return side
}
