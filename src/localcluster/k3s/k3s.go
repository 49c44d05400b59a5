// Package k3s is a control plane that looks like the K3s image from outside.
package k3s

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"regcred.dev/localcluster/cluster"
)

const kubeconfigFile = "/etc/rancher/k3s/k3s.yaml"

// Serve runs a control plane that Testcontainers cannot tell from the K3s image: the same port, the
// same kubeconfig in the same place, the same line in the log. So the way to K3s can be tried where
// the image itself cannot be pulled. It is Kubernetes, not K3s: there is no node and no containerd.
// The components are modes of this program; args are those of "k3s server".
func Serve(args []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := cluster.UntilSignal()
	defer cancel()
	return cluster.InNewState(func(dir string) error {
		cp, err := cluster.New(self, dir, "0.0.0.0", 6443, tlsSANs(args)...)
		if err != nil {
			return err
		}
		return cp.Serve(ctx, func(context.Context) error {
			if err := os.MkdirAll(filepath.Dir(kubeconfigFile), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(kubeconfigFile, cp.AdminKubeconfig(), 0o600); err != nil {
				return err
			}
			// What Testcontainers waits for.
			fmt.Println("Node controller sync successful")
			return nil
		})
	})
}

// tlsSANs reads the one argument of K3s that matters here; the others, such as
// --disable=traefik, concern what is not here anyway.
func tlsSANs(args []string) []string {
	var hosts []string
	for _, arg := range args {
		if host, found := strings.CutPrefix(arg, "--tls-san="); found {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
