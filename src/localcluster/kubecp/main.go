// Command kubecp is a Kubernetes control plane in one file: etcd, the API server and the
// controllers, compiled from the Kubernetes modules, and kubectl to talk to them. The integration
// tests and the demo of regcred run on it; docs/test-cluster.md says more.
package main

import (
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controller "k8s.io/kubernetes/cmd/kube-controller-manager/app"

	"regcred.dev/localcluster/cluster"
	"regcred.dev/localcluster/k3s"
	"regcred.dev/localcluster/modes"
)

const usage = `usage: kubecp up                a control plane until standard input ends, or Ctrl-C
       kubecp kubectl ...       the kubectl of the same version
       kubecp k3s server ...    a control plane that looks like the K3s image from outside
       kubecp etcd|kube-apiserver|kube-controller-manager ...
`

func main() {
	modes.Table{
		"up": func([]string) int { return modes.ExitCode("kubecp", cluster.Up()) },
		"k3s": func(args []string) int {
			if len(args) == 0 || args[0] != "server" {
				return modes.Misused(usage)
			}
			return modes.ExitCode("kubecp", k3s.Serve(args[1:]))
		},
		"etcd": func(args []string) int {
			etcdmain.Main(append([]string{"etcd"}, args...))
			return 0
		},
		"kube-apiserver":          func([]string) int { return cli.Run(apiserver.NewAPIServerCommand()) },
		"kube-controller-manager": func([]string) int { return cli.Run(controller.NewControllerManagerCommand()) },
		"kubectl":                 func([]string) int { return cli.Run(kubectl.NewDefaultKubectlCommand()) },
	}.Run(usage)
}
