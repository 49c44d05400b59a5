package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const tailLines = 25

// component is one process of the control plane: this program again, in another mode.
type component struct {
	name    string
	logFile string
	cmd     *exec.Cmd
	exited  chan struct{} // closed when the process has ended
}

// startComponent must be called on a locked OS thread that lives as long as the program: the
// kernel kills the child when the thread that started it ends.
func startComponent(dir, name string, args ...string) (*component, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &component{
		name:    name,
		logFile: filepath.Join(dir, name+".log"),
		cmd:     exec.Command(self, append([]string{name}, args...)...),
		exited:  make(chan struct{}),
	}
	log, err := os.Create(c.logFile)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c.cmd.Dir = dir
	c.cmd.Stdout, c.cmd.Stderr = log, log
	// Nothing from the caller's environment: a stray ETCD_* variable would configure etcd.
	c.cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir}
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
func (c *component) stop() {
	_ = c.cmd.Process.Kill()
	<-c.exited
}

// failure says how a component ended that should be running.
func (c *component) failure() error {
	return fmt.Errorf("%s ended (%s); the end of its log:\n%s", c.name, c.cmd.ProcessState, c.logTail())
}

func (c *component) logTail() string {
	content, err := os.ReadFile(c.logFile)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}
