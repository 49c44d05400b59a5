// Package node makes a cluster of a control plane: it adds one node that pulls images and runs Pods.
package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"

	"regcred.dev/localcluster/cluster"
)

const startLimit = 2 * time.Minute

// worker is what makes a cluster of a control plane: the scheduler, containerd and the kubelet.
type worker struct {
	*cluster.ControlPlane
	self   string // this program, which is the scheduler and the kubelet, too
	cgroup cgroup
}

// Run runs the control plane that is in a program, with one node that pulls images and runs Pods,
// until its caller is gone. It changes the network and the mounts around it, so it wants Linux
// namespaces of its own: with them ends everything that Pods started.
func Run(controlPlane string) error {
	ctx, cancel := cluster.UntilCallerEnds()
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := prepareSurroundings(); err != nil {
		return err
	}
	cluster.RemoveAbandonedStates()
	removeAbandonedCgroups()
	return cluster.InNewState(func(dir string) error {
		group, err := newCgroup(dir)
		defer group.remove()
		if err != nil {
			return err
		}
		// The API server listens where Pods look for it: no kube-proxy is needed to lead them there.
		cp, err := cluster.New(controlPlane, dir, cluster.FirstService, 443)
		if err != nil {
			return err
		}
		w := worker{cp, self, group}
		if err := w.writeFiles(); err != nil {
			return err
		}
		cp.MoreAPIServerArgs = kubeletClientArgs()
		return cp.Serve(ctx, func(ctx context.Context) error {
			if err := w.start(ctx); err != nil {
				return err
			}
			return cp.Announce(ctx)
		})
	})
}

// start returns when the node is ready to run Pods.
func (w worker) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if _, err := w.runMode("kube-scheduler", schedulerArgs()...); err != nil {
		return err
	}
	if err := w.startContainerd(ctx); err != nil {
		return err
	}
	kubelet, err := w.runMode("kubelet", kubeletArgs()...)
	if err != nil {
		return err
	}
	path := "/api/v1/nodes/" + nodeName
	return w.Await(ctx, kubelet, "the node to be ready", func() error {
		answer, err := w.Get(ctx, path)
		if err != nil {
			return err
		}
		return nodeReadiness(answer)
	})
}

// runMode runs one of the programs that are in this one.
func (w worker) runMode(name string, args ...string) (*cluster.Component, error) {
	return w.Run(name, w.self, append([]string{name}, args...)...)
}

// startContainerd brings in the one image that each Pod needs beside its own: the kubelet could
// pull it from nowhere.
func (w worker) startContainerd(ctx context.Context) error {
	containerd, err := w.Run("containerd", "containerd", "--config=containerd.toml")
	if err != nil {
		return err
	}
	err = w.Await(ctx, containerd, criSocket, func() error {
		connection, err := net.Dial("unix", criSocket)
		if err == nil {
			_ = connection.Close()
		}
		return err
	})
	if err != nil {
		return err
	}
	return command("ctr", "--address="+criSocket, "--namespace=k8s.io",
		"images", "import", filepath.Join(w.Dir, busyboxArchive))
}

// nodeReadiness says why a node is not ready.
func nodeReadiness(answer []byte) error {
	var n v1.Node
	if err := json.Unmarshal(answer, &n); err != nil {
		return err
	}
	for _, condition := range n.Status.Conditions {
		if condition.Type == v1.NodeReady {
			if condition.Status == v1.ConditionTrue {
				return nil
			}
			return errors.New(condition.Message)
		}
	}
	return errors.New("it has no condition Ready yet")
}

// command runs a program to its end.
func command(name string, args ...string) error {
	output, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
