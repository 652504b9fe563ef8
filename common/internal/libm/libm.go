// Package libm has functions of package math with the bits that those have on amd64 with FMA, on every CPU. Elsewhere
// the compiler and the assembly of package math round at other places, and a training ends with other numbers.
package libm

import "math"

// Log is math.Log. It is computed as in FreeBSD's e_log.c (Sun Microsystems, 1993), x = 2^k (1+f) with 1+f from √½ to
// √2, and s = f/(2+f): log(1+f) = f - s(f-R), where R is a polynomial of s² near log((1+s)/(1-s))/s - 2.
func Log(x float64) float64 {
	const (
		ln2High = 6.93147180369123816490e-01
		ln2Low  = 1.90821492927058770002e-10
		l1      = 6.666666666666735130e-01
		l2      = 3.999999999940941908e-01
		l3      = 2.857142874366239149e-01
		l4      = 2.222219843214978396e-01
		l5      = 1.818357216161805012e-01
		l6      = 1.531383769920937332e-01
		l7      = 1.479819860511658591e-01
	)
	if !(x > 0) || x > math.MaxFloat64 {
		return math.Log(x)
	}
	f, exponent := math.Frexp(x)
	if f <= math.Sqrt2/2 {
		f *= 2
		exponent--
	}
	f--
	k, s := float64(exponent), f/(2+f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	odd := float64(s2 * (l1 + float64(s4*(l3+float64(s4*(l5+float64(s4*l7)))))))
	even := float64(s4 * (l2 + float64(s4*(l4+float64(s4*l6)))))
	half := float64(float64(0.5*f) * f)
	rest := float64(s*(half+(odd+even))) + float64(k*ln2Low)
	return float64(k*ln2High) - ((half - rest) - f)
}

// Tanh is math.Tanh. It is computed as in Cephes' tanh.c (Stephen L. Moshier): below 0.625 by a rational function of x²,
// elsewhere by the exponential function.
func Tanh(x float64) float64 {
	const (
		p0 = -9.64399179425052238628e-1
		p1 = -9.92877231001918586564e1
		p2 = -1.61468768441708447952e3
		q0 = 1.12811678491632931402e2
		q1 = 2.23548839060100448583e3
		q2 = 4.84406305325125486048e3

		most = 8.8029691931113054295988e+01 // log(2^127)
	)
	switch z := math.Abs(x); {
	case z > 0.5*most:
		return math.Copysign(1, x)
	case z >= 0.625:
		return math.Copysign(1-2/(Exp(2*z)+1), x)
	case x == 0:
		return x
	}
	s := float64(x * x)
	p := float64((float64(p0*s)+p1)*s) + p2
	q := float64((float64((s+q0)*s)+q1)*s) + q2
	return x + float64(float64(x*s)*p)/q
}
