package node

import (
	"encoding/json"
	"strings"
	"testing"

	"regcred.dev/localcluster/cluster"
)

func TestANodeIsReadyWhenItSaysSo(t *testing.T) {
	for _, c := range []struct{ answer, reason string }{
		{`{"status": {"conditions": [{"type": "DiskPressure", "status": "False"}, {"type": "Ready", "status": "True"}]}}`, ""},
		{`{"status": {"conditions": [{"type": "Ready", "status": "False", "message": "no CNI"}]}}`, "no CNI"},
		{`{"status": {"conditions": [{"type": "Ready", "status": "Unknown", "message": "silence"}]}}`, "silence"},
		{`{"status": {"conditions": [{"type": "DiskPressure", "status": "True"}]}}`, "no condition Ready"},
		{`{}`, "no condition Ready"},
		{`not JSON`, "invalid character"},
	} {
		err := nodeReadiness([]byte(c.answer))
		if c.reason == "" && err != nil || c.reason != "" && (err == nil || !strings.Contains(err.Error(), c.reason)) {
			t.Errorf("%s: %v", c.answer, err)
		}
	}
}

func TestPodsGetTheAddressesOfTheNode(t *testing.T) {
	var config struct {
		Plugins []struct {
			Type string
			IPAM struct {
				Ranges [][]struct{ Subnet string }
			}
		}
	}
	if err := json.Unmarshal(bridgeConfig(), &config); err != nil {
		t.Fatal(err)
	}
	if config.Plugins[0].Type != "bridge" || config.Plugins[0].IPAM.Ranges[0][0].Subnet != podRange {
		t.Errorf("it is %+v", config)
	}
}

func TestNothingIsLeftOutOfTheKubeletsConfiguration(t *testing.T) {
	w := worker{ControlPlane: &cluster.ControlPlane{Dir: "/tmp/regcred-cluster-1"}, cgroup: cgroup{"group-1"}}
	config := string(w.kubeletConfig())
	for _, line := range []string{
		"clientCAFile: /tmp/regcred-cluster-1/ca.crt",
		"cgroupRoot: /group-1\n",
		"address: " + nodeAddress + "\n",
		"containerRuntimeEndpoint: unix://" + criSocket + "\n",
		`imagefs.available: "0%"`,
	} {
		if !strings.Contains(config, line) {
			t.Errorf("%q is not in\n%s", line, config)
		}
	}
	for _, text := range []string{config, string(containerdConfig("/opt/cni/bin", "/run/cni"))} {
		if strings.Contains(text, "%!") {
			t.Errorf("an argument is missing or too many:\n%s", text)
		}
	}
}
