package main

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
	"k8s.io/kubernetes/pkg/util/parsers"
)

type keyringQuestion struct {
	DockerConfigJSON string `json:"dockerconfigjson"`
	Image            string `json:"image"`
}

// keyringAnswer has the accounts in the order the kubelet tries them, or why it would try none.
type keyringAnswer struct {
	Matches []account `json:"matches"`
	Error   string    `json:"error,omitempty"`
}

type account struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// keyring answers, line by line, with which accounts a kubelet would pull an image when the Pod
// names a Secret with this content. The code that answers is the kubelet's own, called as in
// pkg/kubelet/images/image_manager.go, on a node that has no credentials itself.
func keyring([]string) int {
	return answerLines(func(question keyringQuestion) (keyringAnswer, error) {
		matches, err := lookup(question)
		answer := keyringAnswer{Matches: matches}
		if err != nil {
			answer.Error = err.Error()
		}
		return answer, nil
	})
}

func lookup(question keyringQuestion) ([]account, error) {
	matches := []account{}
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
		matches = append(matches, account{auth.Username, auth.Password})
	}
	return matches, nil
}
