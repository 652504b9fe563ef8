package main

import (
	"path/filepath"
	"strconv"

	"gorgonia-lectures/common/bench"
	"gorgonia-lectures/common/kernel"
)

// The works in the order of the report.
var allWorks = []string{"xor", "iris", "mlp", "cnn", "product", "adam"}

// kind tells what a form is compared as.
type kind string

const (
	peer  kind = "peer"  // another library
	ours  kind = "ours"  // this suite, at one CPU level
	plain kind = "plain" // stock Gorgonia
)

// form is one way of doing a work: a command that measures itself, and for XOR and iris here the
// lecture's program too, of which the whole process is timed.
type form struct {
	Work string
	Name string
	Kind kind

	environment []string
	driver      []string
	program     []string
}

// keras' XOR takes minutes; the rest of its epochs is taken in proportion.
const kerasXOREpochs = 300

// Stock Gorgonia's steps in one part.
var plainSteps = map[string]int{"mlp": 50, "cnn": 10}

// forms lists the forms of a work in the order of the first round: one of ours after every peer.
func (t toolset) forms(work string, s settings) []form {
	var peers, own []form
	add := func(name, script, form string) {
		epochs := ""
		if w, err := bench.WorkNamed(work); err == nil {
			epochs = strconv.Itoa(w.Epochs)
			if work == "xor" && script == "keras" && !s.full {
				epochs = strconv.Itoa(kerasXOREpochs)
			}
		}
		peers = append(peers, t.peer(work, name, script, form, epochs, s))
	}
	switch work {
	case "xor", "iris":
		add("Keras", "keras", "plain")
		add("Keras, jit_compile", "keras", "jit")
		add("PyTorch", "torch", "plain")
		add("JAX", "jax", "jit")
	case "mlp":
		add("Keras", "keras", "plain")
		add("Keras, jit_compile", "keras", "jit")
		add("PyTorch", "torch", "plain")
		add("PyTorch, compile", "torch", "compile")
		add("JAX", "jax", "jit")
	case "cnn":
		add("Keras", "keras", "plain")
		add("Keras, jit_compile", "keras", "jit")
		add("PyTorch", "torch", "plain")
		add("PyTorch, channels_last", "torch", "channels_last")
		add("PyTorch, compile", "torch", "compile")
		add("JAX", "jax", "jit")
	case "product":
		add("PyTorch", "torch", "plain")
	}
	for _, level := range bench.Levels() {
		own = append(own, t.ours(work, level, s))
	}
	var all []form
	for i := range max(len(peers), len(own)) {
		if i < len(peers) {
			all = append(all, peers[i])
		}
		if i < len(own) {
			all = append(all, own[i])
		}
	}
	if f, ok := t.plain(work, s); ok {
		all = append(all, f)
	}
	return all
}

func (t toolset) peer(work, name, script, formName, epochs string, s settings) form {
	driver := []string{t.python, filepath.Join(t.scripts, script+"_peer.py"), "-work", work, "-form", formName,
		"-parts", strconv.Itoa(s.parts), "-mnist", t.mnist, "-iris", t.iris}
	if epochs != "" {
		driver = append(driver, "-epochs", epochs)
	}
	if work == "cnn" {
		driver = append(driver, "-steps", strconv.Itoa(s.steps))
	}
	// Only errors are wanted of TensorFlow's log, and no library is to look for a GPU.
	return form{Work: work, Name: name, Kind: peer, driver: driver,
		environment: []string{"TF_CPP_MIN_LOG_LEVEL=2", "CUDA_VISIBLE_DEVICES=", "JAX_PLATFORMS=cpu",
			"TORCHINDUCTOR_CACHE_DIR=" + filepath.Join(s.out, "inductor")}}
}

func (t toolset) ours(work, level string, s settings) form {
	f := form{Work: work, Name: "ours, " + level, Kind: ours,
		environment: []string{kernel.LevelVariable + "=" + level},
		driver: []string{filepath.Join(t.bin, "ours"), "-work", work, "-parts", strconv.Itoa(s.parts),
			"-mnist", t.mnist}}
	if w, err := bench.WorkNamed(work); err == nil {
		f.driver = append(f.driver, "-epochs", strconv.Itoa(w.Epochs))
	}
	switch work {
	case "xor", "iris":
		f.program = []string{filepath.Join(t.bin, work), "-no-pictures"}
	case "cnn":
		f.driver = append(f.driver, "-steps", strconv.Itoa(s.steps))
	}
	return f
}

// plain is stock Gorgonia's form of a work, if there is one.
func (t toolset) plain(work string, s settings) (form, bool) {
	f := form{Work: work, Name: "stock Gorgonia", Kind: plain}
	switch work {
	case "xor":
		f.program = []string{filepath.Join(t.bin, "xor"), "-plain", "-no-pictures"}
	case "mlp", "cnn":
		f.driver = []string{filepath.Join(t.bin, "plain"), "-work", work, "-parts", strconv.Itoa(s.parts),
			"-steps", strconv.Itoa(plainSteps[work]), "-mnist", t.mnist}
	default:
		return form{}, false
	}
	return f, true
}
