package cluster

import (
	"slices"
	"strings"
	"testing"
)

func TestTheAPIServerListensWhereClientsAreSentTo(t *testing.T) {
	for _, c := range []struct {
		bind, server string
	}{
		{"127.0.0.1", "https://127.0.0.1:6443"},
		{"10.43.0.1", "https://10.43.0.1:6443"},
		{"0.0.0.0", "https://127.0.0.1:6443"},
		{"::", "https://127.0.0.1:6443"},
	} {
		cp := &ControlPlane{bind: c.bind, port: 6443}
		args := cp.apiServerArgs()
		if !slices.Contains(args, "--bind-address="+c.bind) || !slices.Contains(args, "--secure-port=6443") {
			t.Errorf("it is told %q", args)
		}
		if cp.Server() != c.server {
			t.Errorf("%s: clients are sent to %s", c.bind, cp.Server())
		}
	}
}

func TestMoreArgumentsFollowAndMayOverride(t *testing.T) {
	cp := &ControlPlane{bind: "127.0.0.1", MoreAPIServerArgs: []string{"--authorization-mode=AlwaysAllow"}}
	args := cp.apiServerArgs()
	if args[len(args)-1] != "--authorization-mode=AlwaysAllow" {
		t.Errorf("it is told %q", args)
	}
	if len(cp.apiServerArgs()) != len(args) {
		t.Error("they are added up")
	}
}

func TestEtcdIsReachedByNobodyElse(t *testing.T) {
	for _, arg := range etcdArgs() {
		if name, value, _ := strings.Cut(arg, "="); strings.HasSuffix(name, "-urls") && !strings.HasPrefix(value, "unix://") {
			t.Errorf("etcd is told %s", arg)
		}
	}
	if args := (&ControlPlane{}).apiServerArgs(); !slices.Contains(args, "--etcd-servers="+etcdSocket) {
		t.Errorf("the API server is told %q", args)
	}
}

func TestNoComponentListensForNothing(t *testing.T) {
	if !slices.Contains(controllerArgs(), "--secure-port=0") {
		t.Errorf("the controllers are told %q", controllerArgs())
	}
}
