// Command kubetools is what regcred's tests need beside a control plane: Helm, the kubelet's own
// choice of accounts, what GitOps tools make of an object, and a node. It is a program of its own so
// that whoever needs a control plane alone does not wait for it to be compiled.
package main

import (
	"context"
	"os"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"regcred.dev/localcluster/jsonlines"
	"regcred.dev/localcluster/keyring"
	"regcred.dev/localcluster/modes"
	"regcred.dev/localcluster/node"
	"regcred.dev/localcluster/readiness"
)

const usage = `usage: kubetools helm ...     a helm, as a library of it is compiled in
       kubetools keyring      which accounts a kubelet would try: JSON lines in, JSON lines out
       kubetools readiness    what GitOps tools make of an object: JSON lines in, JSON lines out
       kubetools node KUBECP  the control plane of that program with a node, in Linux namespaces of
                              its own (docs/node.md), until standard input ends
       kubetools kube-scheduler|kubelet ...
`

func main() {
	modes.Table{
		"helm": runHelm,
		"keyring": func([]string) int {
			return modes.ExitCode("kubetools", jsonlines.Answer(os.Stdin, os.Stdout, keyring.Lookup))
		},
		"readiness": func([]string) int {
			return modes.ExitCode("kubetools", jsonlines.Answer(os.Stdin, os.Stdout, readiness.Judge))
		},
		"node": func(args []string) int {
			if len(args) != 1 {
				return modes.Misused(usage)
			}
			return modes.ExitCode("kubetools", node.Run(args[0]))
		},
		"kube-scheduler": func([]string) int { return cli.Run(scheduler.NewSchedulerCommand()) },
		"kubelet":        func([]string) int { return cli.Run(kubelet.NewKubeletCommand(context.Background())) },
	}.Run(usage)
}
