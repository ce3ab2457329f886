package stack

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// RunToEnd runs a container until it ends by itself and removes it. It returns
// the exit code and all that it wrote.
func RunToEnd(ctx context.Context, r testcontainers.ContainerRequest) (code int, log string, err error) {
	if err := AdaptToEngine(); err != nil {
		return 0, "", fmt.Errorf("prepare docker client: %w", err)
	}
	r.WaitingFor = wait.ForExit()
	c, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{ContainerRequest: r, Started: true})
	defer func() { err = errors.Join(err, testcontainers.TerminateContainer(c)) }()
	if err != nil {
		return 0, "", fmt.Errorf("run %s: %w", r.Image, err)
	}
	state, err := c.State(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("inspect container of %s: %w", r.Image, err)
	}
	rd, err := c.Logs(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("read log of %s: %w", r.Image, err)
	}
	b, err := io.ReadAll(rd)
	return state.ExitCode, string(b), err
}
