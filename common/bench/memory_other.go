//go:build !unix

package bench

import "os"

// PeakMB is unknown on this system.
func PeakMB(*os.ProcessState) float64 { return 0 }

// OwnPeakMB is not known here.
func OwnPeakMB() float64 { return 0 }
