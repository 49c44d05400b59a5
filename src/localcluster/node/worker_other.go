//go:build !linux

// Package node makes a cluster of a control plane, on Linux.
package node

import "errors"

// Run can't run a node here.
func Run(string) error {
	return errors.New("a node needs Linux; \"kubecp up\" is a cluster without one")
}
