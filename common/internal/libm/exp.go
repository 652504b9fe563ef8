package libm

import "math"

// exp is e^x = 2^k (e^r)^16 with k = x/ln(2) rounded and r = (x - k ln(2))/16. For e^(2r)-1 = (e^r-1)(e^r-1 + 2), four
// doublings follow a Taylor series of e^r-1, with one rounding for each multiply-add. (Naoki Shibata, "Efficient
// evaluation methods of elementary functions suitable for SIMD computation", ISC 2010; the two parts of ln(2) are those
// of its library, SLEEF.)
func exp(x float64) float64 {
	const (
		most    = 7.09782712893384e+02
		least   = -746 // below half the smallest number
		ln2High = 0.69314718055966295651160180568695068359375
		ln2Low  = 0.28235290563031577122588448175013436025525412068e-12
		bias    = 1023
	)
	switch {
	case x != x:
		return x
	case x > most:
		return math.Inf(1)
	case x < least:
		return 0
	}
	k := math.RoundToEven(x * math.Log2E)
	r := math.FMA(-ln2Low, k, math.FMA(-ln2High, k, x)) / 16
	p := 1. / 40320
	for _, term := range [...]float64{1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1} {
		p = math.FMA(p, r, term)
	}
	p = float64(r * p)
	for range 3 {
		p = float64(p * (p + 2))
	}
	p = math.FMA(p+2, p, 1)
	if exponent := int(k) + bias; exponent > 0 {
		return p * math.Float64frombits(uint64(exponent)<<52)
	}
	// a result below the normal numbers is rounded at the second product
	return p * math.Float64frombits(uint64(int(k)+2*bias-1)<<52) * 0x1p-1022
}
