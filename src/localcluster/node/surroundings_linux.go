package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"regcred.dev/localcluster/cluster"
)

// Directories where containerd, the CNI plugins and the kubelet write whatever they are told.
var overlaid = []string{"/var/lib", "/var/log"}

// What a kubelet sets for the whole machine, unless it is set already
// (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go).
var tunables = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// prepareSurroundings makes the network and the mounts that a node needs. They are those of the
// namespaces that the caller has made, and nobody else sees them.
func prepareSurroundings() error {
	if err := checkNamespaces(); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"link", "set", "lo", "up"},
		{"address", "add", cluster.FirstService + "/32", "dev", "lo"},
		{"address", "add", nodeAddress + "/32", "dev", "lo"},
	} {
		if err := command("ip", args...); err != nil {
			return err
		}
	}
	return prepareMounts()
}

// checkNamespaces keeps this program from changing the machine itself: a new network has no
// interface but the loopback one.
func checkNamespaces() error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 {
			return fmt.Errorf("this is the network of the machine (%s): a node changes network and mounts,"+
				" so run it in namespaces of its own, by src/node/in-namespaces", i.Name)
		}
	}
	if os.Getuid() != 0 {
		return errors.New("a node needs root")
	}
	return nil
}

// prepareMounts hides /run behind an empty tmpfs, lays another one over /var/lib and /var/log, and
// gives the kubelet files of its own to write the machine's settings to.
func prepareMounts() error {
	if err := mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mount("tmpfs", "/run", "tmpfs", syscall.MS_NOSUID, "mode=755"); err != nil {
		return err
	}
	for _, directory := range overlaid {
		if err := overlay(directory); err != nil {
			return err
		}
	}
	for name, value := range tunables {
		file := filepath.Join(nodeDir, "sys", strings.ReplaceAll(name, "/", "."))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := mount(file, "/proc/sys/"+name, "", syscall.MS_BIND, ""); err != nil {
			return err
		}
	}
	return nil
}

func overlay(directory string) error {
	upper := filepath.Join(nodeDir, "upper"+directory)
	work := filepath.Join(nodeDir, "work"+directory)
	if err := errors.Join(os.MkdirAll(upper, 0o755), os.MkdirAll(work, 0o755)); err != nil {
		return err
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", directory, upper, work)
	return mount("overlay", directory, "overlay", 0, options)
}

func mount(source, target, kind string, flags uintptr, options string) error {
	if err := syscall.Mount(source, target, kind, flags, options); err != nil {
		return fmt.Errorf("cannot mount %s: %w", target, err)
	}
	return nil
}
