package main

import (
	"errors"
	"fmt"
	"os"

	helm "helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/kube"
)

// runHelm is Helm's own main, which is in no package that could be imported.
func runHelm(args []string) int {
	kube.ManagedFieldsManager = "helm"
	command, err := helm.NewRootCmd(os.Stdout, args, helm.SetupLogging)
	if err != nil {
		fmt.Fprintln(os.Stderr, "helm:", err)
		return 1
	}
	// Helm has said by itself what is wrong.
	if err := command.Execute(); err != nil {
		var failure helm.CommandError
		if errors.As(err, &failure) {
			return failure.ExitCode
		}
		return 1
	}
	return 0
}
