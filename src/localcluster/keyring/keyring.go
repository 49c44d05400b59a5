// Package keyring asks the kubelet's own code which accounts it would pull an image with.
package keyring

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
	"k8s.io/kubernetes/pkg/util/parsers"
)

// Question is what a Pod says: the content of the pull Secret that it names, and its image.
type Question struct {
	DockerConfigJSON string `json:"dockerconfigjson"`
	Image            string `json:"image"`
}

// Answer has the accounts in the order the kubelet tries them, or why it would try none.
type Answer struct {
	Matches []Account `json:"matches"`
	Error   string    `json:"error,omitempty"`
}

// Account is one of a registry.
type Account struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// Lookup says with which accounts a kubelet would pull an image when the Pod names a Secret with this
// content. The code that answers is the kubelet's own, called as in
// pkg/kubelet/images/image_manager.go, on a node that has no credentials itself.
func Lookup(question Question) (Answer, error) {
	matches, err := lookup(question)
	answer := Answer{Matches: matches}
	if err != nil {
		answer.Error = err.Error()
	}
	return answer, nil
}

func lookup(question Question) ([]Account, error) {
	matches := []Account{}
	repository, _, _, err := parsers.ParseImageName(question.Image)
	if err != nil {
		return matches, err
	}
	secret := v1.Secret{
		Type: v1.SecretTypeDockerConfigJson,
		Data: map[string][]byte{v1.DockerConfigJsonKey: []byte(question.DockerConfigJSON)},
	}
	ring, err := secrets.MakeDockerKeyring([]v1.Secret{secret}, credentialprovider.UnionDockerKeyring{})
	if err != nil {
		return matches, err
	}
	found, _ := ring.Lookup(repository)
	for _, auth := range found {
		matches = append(matches, Account{auth.Username, auth.Password})
	}
	return matches, nil
}
