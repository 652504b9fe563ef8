//go:build mpi && linux

package mpi

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The addresses of two machines, which are network namespaces joined by one cable.
const (
	subnet = "10.77.0.0/24"
	here   = "10.77.0.1"
	there  = "10.77.0.2"
)

// machines makes the two, and gives the arguments that start mpirun on the first with a rank on each. why is what the
// machine does not allow, as root's rights, or iproute2's ip.
func machines(t *testing.T) (before, args []string, why error) {
	t.Helper()
	names := []string{fmt.Sprintf("mpi%da", os.Getpid()), fmt.Sprintf("mpi%db", os.Getpid())}
	ip := func(line string) error {
		text, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w: %s", line, err, strings.TrimSpace(string(text)))
		}
		return nil
	}
	t.Cleanup(func() {
		for _, name := range names {
			_ = ip("netns del " + name) // an error: it was not made
		}
	})
	for _, line := range []string{
		"netns add " + names[0], "netns add " + names[1],
		"link add mpi0 netns " + names[0] + " type veth peer name mpi0 netns " + names[1],
		"-n " + names[0] + " addr add " + here + "/24 dev mpi0", "-n " + names[1] + " addr add " + there + "/24 dev mpi0",
		"-n " + names[0] + " link set lo up", "-n " + names[1] + " link set lo up",
		"-n " + names[0] + " link set mpi0 up", "-n " + names[1] + " link set mpi0 up",
	} {
		if err := ip(line); err != nil {
			return nil, nil, err
		}
	}
	folder := t.TempDir()
	agent, hosts := filepath.Join(folder, "agent"), filepath.Join(folder, "hosts") // in place of ssh
	script := "#!/bin/sh\nhost=$1\nshift\ntest \"$host\" = " + there + " || exit 1\nexec ip netns exec " + names[1] + " sh -c \"$*\"\n"
	if err := os.WriteFile(agent, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hosts, []byte(here+" slots=1\n"+there+" slots=1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"ip", "netns", "exec", names[0]}, []string{"-np", "2", "--hostfile", hosts, "--mca", "plm_rsh_agent", agent,
		"--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", subnet, "--mca", "oob_tcp_if_include", subnet, "-x", markVariable}, nil
}

// Two machines that a network joins train as two processes of one do, to the same bits, and the loss of one ends the
// job.
func TestTwoMachines(t *testing.T) {
	before, args, why := machines(t)
	if why != nil {
		fmt.Printf("NOT TESTED: two machines over TCP: %v\n", why)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(workVariable, "world")
	checkPrinted(t, begin(t, t.TempDir(), before, append(args, "-x", workVariable, self)...).finish(), 2, 2)

	// sent are the bytes that left the first machine
	sent := func() int64 {
		text, err := exec.Command("ip", "netns", "exec", before[3], "cat", "/sys/class/net/mpi0/statistics/tx_bytes").Output()
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	out, begun := filepath.Join(t.TempDir(), "out"), sent()
	j := begin(t, t.TempDir(), before, append(append(args, program("mnistcnn")), brokenArgs(out)...)...)
	j.finish()
	const gradients = 60 * 4 * 3_156_098 // each of 60 steps sends half of them in each of two rounds
	if n := sent() - begun; n < gradients {
		t.Errorf("%d bytes went over the network, want at least the %d of the gradients", n, gradients)
	} else {
		t.Logf("%.0f MB went over the network, of which %.0f are gradients", float64(n)/1e6, gradients/1e6)
	}
	whole := unbroken(t)
	if content(t, out+".h5") != content(t, whole+".h5") || timeless(t, out) != timeless(t, whole) {
		t.Error("another net than by shared memory")
	}

	dir := t.TempDir()
	path := filepath.Join(dir, "run.h5")
	lost := brokenRun(t, dir, path, before, args)
	if err := syscall.Kill(lost.rank(1), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if code := lost.wait(patience); code == 0 || !strings.Contains(lost.stderr.String(), "signal 9 (Killed)") {
		t.Errorf("without the other machine's rank: exit code %d, standard error %q", code, &lost.stderr)
	}
}
