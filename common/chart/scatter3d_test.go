package chart

import (
	"fmt"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/vg"
)

// The projection is mplot3d's: a camera placed by cross products that looks at the centre, and a division by
// the depth. The formulas here start from the eye, those of camera from the angles.
func TestCameraAgainstLookAt(t *testing.T) {
	cross := func(a, b vec3) vec3 {
		return vec3{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
	}
	unit := func(a vec3) vec3 {
		n := math.Sqrt(a.dot(a))
		return vec3{a[0] / n, a[1] / n, a[2] / n}
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 1000 {
		elevation, azimuth := r.Float64()*178-89, r.Float64()*1000-500
		e, a := elevation*math.Pi/180, azimuth*math.Pi/180
		eye := vec3{10 * math.Cos(e) * math.Cos(a), 10 * math.Cos(e) * math.Sin(a), 10 * math.Sin(e)}
		w := unit(eye)
		u := unit(cross(vec3{0, 0, 1}, w))
		v := cross(w, u)
		q := vec3{r.Float64() - 0.5, r.Float64() - 0.5, r.Float64() - 0.5}
		from := vec3{q[0] - eye[0], q[1] - eye[1], q[2] - eye[2]}
		depth := -from.dot(w)
		zoom := 10 / depth
		x, y, d := newCamera(elevation, azimuth).project(q)
		if math.Abs(x-zoom*from.dot(u)) > 1e-9 || math.Abs(y-zoom*from.dot(v)) > 1e-9 || math.Abs(d-depth) > 1e-9 {
			t.Fatalf("elevation %g, azimuth %g: (%g, %g) at %g, want (%g, %g) at %g",
				elevation, azimuth, x, y, d, zoom*from.dot(u), zoom*from.dot(v), depth)
		}
	}
}

// At mplot3d's default view (elevation 30, azimuth -60) and at the lecture's (15, 15) the axes stand where
// mplot3d has them.
func TestAxesStandAsInMplot3d(t *testing.T) {
	for _, c := range []struct {
		elevation, azimuth float64
		x, y, z            [2]float64 // the other two coordinates of the edge, in the order X, Y, Z
	}{
		{30, -60, [2]float64{-1, -1}, [2]float64{1, -1}, [2]float64{1, 1}},
		{15, 15, [2]float64{1, -1}, [2]float64{1, -1}, [2]float64{1, -1}},
		{90, -90, [2]float64{-1, -1}, [2]float64{1, -1}, [2]float64{1, 1}},
	} {
		b := &box3D{back: backWalls(c.elevation, c.azimuth)}
		x, _ := b.edge(0)
		y, _ := b.edge(1)
		z, _ := b.edge(2)
		if got := [3][2]float64{{x[1], x[2]}, {y[0], y[2]}, {z[0], z[1]}}; got != [3][2]float64{c.x, c.y, c.z} {
			t.Errorf("elevation %g, azimuth %g: %v, want %v %v %v", c.elevation, c.azimuth, got, c.x, c.y, c.z)
		}
	}
}

// From every side: no word touches another, the box or the edge of the picture,
// and a long axis has at least two tick labels and its name.
func TestLabelsNeverOverlap(t *testing.T) {
	s := made(NewScatter3D(cloud(25)))
	s.XLabel, s.YLabel, s.ZLabel = "Weight", "Age", "Blood fat"
	r := rand.New(rand.NewPCG(9, 10))
	view := func(elevation, azimuth float64) {
		s.Elevation, s.Azimuth = elevation, azimuth
		side := vg.Length(3+r.IntN(10)) * vg.Inch
		room := vg.Rectangle{Min: vg.Point{X: 10, Y: 20}, Max: vg.Point{X: side, Y: side}}
		b := layBox(room, s)
		where := fmt.Sprintf("elevation %g, azimuth %g, %g points", elevation, azimuth, float64(side))
		var words []word
		for i, axis := range b.axes {
			words = append(words, axis.labels...)
			if axis.length > 100 && (len(axis.labels) < 2 || axis.name.text != b.names[i]) {
				t.Errorf("%s: axis %d is %.0f points long, has %d labels and the name %q",
					where, i, float64(axis.length), len(axis.labels), axis.name.text)
			}
			if axis.length >= endOn {
				words = append(words, axis.name)
			}
		}
		frame := bounds(b.outline)
		for i, w := range words {
			outline := w.outline()
			reach := bounds(outline)
			frame.Min.X, frame.Max.X = min(frame.Min.X, reach.Min.X), max(frame.Max.X, reach.Max.X)
			frame.Min.Y, frame.Max.Y = min(frame.Min.Y, reach.Min.Y), max(frame.Max.Y, reach.Max.Y)
			if outline.touches(b.outline, 0) {
				t.Errorf("%s: %q touches the box", where, w.text)
			}
			if w.angle > math.Pi/2+0.3 || w.angle < -math.Pi/2+0.2 {
				t.Errorf("%s: %q is upside down, angle %g", where, w.text, w.angle)
			}
			for _, other := range words[:i] {
				if outline.touches(other.outline(), 0) {
					t.Errorf("%s: %q touches %q", where, w.text, other.text)
				}
			}
		}
		const slack = 0.5
		if frame.Min.X < room.Min.X-slack || frame.Min.Y < room.Min.Y-slack ||
			frame.Max.X > room.Max.X+slack || frame.Max.Y > room.Max.Y+slack {
			t.Errorf("%s: box and words fill %v, want inside %v", where, frame, room)
		}
	}
	for elevation := -90.0; elevation <= 90; elevation += 30 {
		for azimuth := -180.0; azimuth < 180; azimuth += 30 {
			view(elevation, azimuth)
		}
	}
	for range views() {
		view(r.Float64()*180-90, r.Float64()*720-360)
	}
}

// All points of the data lie on the paper inside the outline of the box.
func TestPointsLieInTheBox(t *testing.T) {
	points := cloud(200)
	s := made(NewScatter3D(points))
	for elevation := -90.0; elevation <= 90; elevation += 30 {
		for azimuth := 0.0; azimuth < 360; azimuth += 30 {
			s.Elevation, s.Azimuth = elevation, azimuth
			b := layBox(vg.Rectangle{Max: vg.Point{X: 500, Y: 500}}, s)
			for i := range points.X {
				at, _ := b.project(points.point(i))
				if !(polygon{at, at.Add(vg.Point{X: 1e-3}), at.Add(vg.Point{Y: 1e-3})}).touches(b.outline, 0) {
					t.Fatalf("elevation %g, azimuth %g: point %d at %v is outside", elevation, azimuth, i, at)
				}
			}
		}
	}
}

// views is how many random views a test takes.
func views() int {
	if testing.Short() {
		return 10
	}
	return 200
}

// colorAt is the color of a picture at a position in points.
func colorAt(t *testing.T, s *Scatter3D, p vec3) color.RGBA {
	t.Helper()
	if len(s.legend()) > 0 || s.Title != "" {
		t.Fatal("the room is known only without a legend")
	}
	room := vg.Rectangle{
		Min: vg.Point{X: margin, Y: margin}, Max: vg.Point{X: 5*vg.Inch - margin, Y: 5*vg.Inch - margin},
	}
	at, _ := layBox(room, s).project(p)
	img := render(t, s, 5*vg.Inch, 5*vg.Inch)
	return img.RGBAAt(int(at.X*96/72), int((5*vg.Inch-at.Y)*96/72))
}

// Of two points on one line of sight the nearer one is visible, whatever their order in the data.
func TestNearCoversFar(t *testing.T) {
	corners := Points{X: []float64{-1, 1}, Y: []float64{-1, 1}, Z: []float64{-1, 1}}
	near := Points{X: []float64{0.5}, Y: []float64{0}, Z: []float64{0}}
	far := Points{X: []float64{-0.5}, Y: []float64{0}, Z: []float64{0}}
	for _, c := range []struct {
		name    string
		clouds  []Points
		azimuth float64
		want    color.NRGBA
	}{
		{"near first", []Points{near, far, corners}, 0, blue},
		{"far first", []Points{far, near, corners}, 0, vermillion},
		{"near first, from the other side", []Points{near, far, corners}, 180, vermillion},
		{"far first, from the other side", []Points{far, near, corners}, 180, blue},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := made(NewScatter3D(c.clouds...))
			s.Elevation, s.Azimuth = 0, c.azimuth
			if got := colorAt(t, s, vec3{0, 0, 0}); (got.B > got.R) != (c.want.B > c.want.R) {
				t.Errorf("color %v, want %v, perhaps paler", got, c.want)
			}
		})
	}
}

// A wall of a mesh in front of a point tints it, one at the back does not; points with Front are never tinted.
func TestMeshStandsInOrder(t *testing.T) {
	seen := func(elevation float64, front bool) color.RGBA {
		point := Points{X: []float64{0.5, -1, 1}, Y: []float64{0.52, 0, 1}, Z: []float64{0, -2, 2}, Front: front}
		s := made(NewScatter3D(point))
		s.Meshes = []Mesh{made(NewMesh("", func(x, y float64) float64 { return 1 }, -1, 1, 0, 1, 9))}
		s.Elevation, s.Azimuth = elevation, -90
		return colorAt(t, s, vec3{0.5, 0.52, 0})
	}
	above, below := seen(90, false), seen(-90, false)
	if below.R >= above.R {
		t.Errorf("color %v from above, through the mesh, and %v from below; want more red from above", above, below)
	}
	if front := seen(90, true); front.R >= above.R || front.R > 60 {
		t.Errorf("in front of the mesh color %v, want blue", front)
	}
}

func TestHolesInAMesh(t *testing.T) {
	f := func(x, y float64) float64 {
		if x > 0.3 && x < 0.7 && y > 0.3 && y < 0.7 {
			return math.NaN()
		}
		return x + y
	}
	m := made(NewMesh("m", f, 0, 1, 0, 1, 11))
	s := made(NewScatter3D(cloud(3)))
	s.Meshes = []Mesh{m}
	box := layBox(vg.Rectangle{Max: vg.Point{X: 300, Y: 300}}, s)
	holes := 0
	for _, row := range m.z {
		for _, z := range row {
			if math.IsNaN(z) {
				holes++
			}
		}
	}
	// k x k missing points take (k+1) x (k+1) quadrangles with them.
	k := int(math.Sqrt(float64(holes)))
	if got, want := len(m.shapes(box, blue)), 100-(k+1)*(k+1); got != want || k < 3 {
		t.Errorf("%d quadrangles around %d holes, want %d", got, holes, want)
	}
	render(t, s, 2*vg.Inch, 2*vg.Inch)
}

func TestScatterOfOneOrEqualPoints(t *testing.T) {
	for _, v := range []float64{0, 5, -1e-50, 1e90} {
		s := made(NewScatter3D(Points{X: []float64{v, v}, Y: []float64{v, v}, Z: []float64{v, v}}))
		wholeSVG(t, s, 2*vg.Inch, 2*vg.Inch)
	}
}
