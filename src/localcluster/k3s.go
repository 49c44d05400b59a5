package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const k3sKubeconfig = "/etc/rancher/k3s/k3s.yaml"

// k3s runs a control plane that Testcontainers cannot tell from the K3s image: the same port, the
// same kubeconfig in the same place, the same line in the log. So the way to K3s can be tried where
// the image itself cannot be pulled. It is Kubernetes, not K3s: there is no node and no containerd.
func k3s(args []string) int {
	if len(args) == 0 || args[0] != "server" {
		fmt.Fprint(os.Stderr, usage)
		return 2
	}
	ctx, cancel := untilSignal()
	defer cancel()
	return exitCode(inNewState(func(dir string) error {
		cp, err := newControlPlane(dir, "0.0.0.0", 6443, tlsSANs(args[1:])...)
		if err != nil {
			return err
		}
		return cp.serve(ctx, func() error {
			if err := os.MkdirAll(filepath.Dir(k3sKubeconfig), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(k3sKubeconfig, cp.adminKubeconfig(), 0o600); err != nil {
				return err
			}
			// What Testcontainers waits for.
			fmt.Println("Node controller sync successful")
			return nil
		})
	}))
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
