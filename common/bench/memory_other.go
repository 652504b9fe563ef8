//go:build !unix

package bench

import "os"

// PeakMB returns 0: this system does not report it.
func PeakMB(*os.ProcessState) float64 { return 0 }

// OwnPeakMB returns 0: this system does not report it.
func OwnPeakMB() float64 { return 0 }
