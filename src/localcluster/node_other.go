//go:build !linux

package main

import "errors"

func node([]string) int {
	return exitCode(errors.New("a node needs Linux; \"kubecp up\" is a cluster without one"))
}
