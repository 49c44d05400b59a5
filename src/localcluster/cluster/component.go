package cluster

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const tailLines = 25

// Component is one process of the cluster.
type Component struct {
	name    string
	logFile string
	cmd     *exec.Cmd
	exited  chan struct{} // closed when the process has ended
}

// startComponent starts a program whose log is named by name. It must be called on a locked OS
// thread that lives as long as this program: the kernel kills the child when the thread that started
// it ends.
func startComponent(dir, name, program string, args ...string) (*Component, error) {
	c := &Component{
		name:    name,
		logFile: filepath.Join(dir, name+".log"),
		cmd:     exec.Command(program, args...),
		exited:  make(chan struct{}),
	}
	log, err := os.Create(c.logFile)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c.cmd.Dir = dir
	c.cmd.Stdout, c.cmd.Stderr = log, log
	// Nothing else from the caller's environment: a stray ETCD_* variable would configure etcd.
	c.cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}
	c.cmd.SysProcAttr = diesWithParent()
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = c.cmd.Wait()
		close(c.exited)
	}()
	return c, nil
}

// stop kills: what the component could still save is thrown away anyway, and an API server that is
// asked politely waits for its watches to end.
func (c *Component) stop() {
	_ = c.cmd.Process.Kill()
	<-c.exited
}

// failure says how a component ended that should be running.
func (c *Component) failure() error {
	return fmt.Errorf("%s ended (%s); the end of its log:\n%s", c.name, c.cmd.ProcessState, c.logTail())
}

func (c *Component) logTail() string {
	content, err := os.ReadFile(c.logFile)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
