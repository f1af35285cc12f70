package identity

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// TestMain starts the fake and points the SDK at it. STS_MOCK is the command of the mock: npx @org/sts-mock
func TestMain(m *testing.M) {
	command := strings.Fields(os.Getenv("STS_MOCK"))
	mock := exec.Command(command[0], append(command[1:], "--port", "0", "--format", "json", "--log", "none")...)
	output, err := mock.StdoutPipe()
	if err == nil {
		err = mock.Start()
	}
	if err != nil {
		panic(err)
	}
	line, _ := bufio.NewReader(output).ReadBytes('\n')
	var settings map[string]string
	if err := json.Unmarshal(line, &settings); err != nil {
		panic(err)
	}
	for name, value := range settings {
		os.Setenv(name, value)
	}
	code := m.Run()
	mock.Process.Kill()
	os.Exit(code)
}

// onlyLoopback refuses every connection that would leave the machine.
var onlyLoopback = awshttp.NewBuildableClient().WithTransportOptions(func(transport *http.Transport) {
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, _ := net.SplitHostPort(address); host != "127.0.0.1" {
			return nil, errors.New("the test asked " + address)
		}
		return dial(ctx, network, address)
	}
})

func client(t *testing.T) *sts.Client {
	settings, err := config.LoadDefaultConfig(context.Background(), config.WithHTTPClient(onlyLoopback))
	if err != nil {
		t.Fatal(err)
	}
	// service/sts 1.25 reads AWS_ENDPOINT_URL_STS by itself; an older one asks the real STS without this option.
	url := os.Getenv("AWS_ENDPOINT_URL_STS")
	return sts.NewFromConfig(settings, sts.WithEndpointResolver(sts.EndpointResolverFromURL(url)))
}

func TestTheCallerIsTheDemoUser(t *testing.T) {
	identity, err := client(t).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if arn := aws.ToString(identity.Arn); arn != "arn:aws:iam::123456789012:user/demo" {
		t.Errorf("the caller is %s", arn)
	}
}

func TestAnUnknownRoleIsRefused(t *testing.T) {
	_, err := client(t).AssumeRole(context.Background(), &sts.AssumeRoleInput{
		RoleArn:         aws.String("arn:aws:iam::123456789012:role/none"),
		RoleSessionName: aws.String("test"),
	})
	var refusal smithy.APIError
	if !errors.As(err, &refusal) || refusal.ErrorCode() != "AccessDenied" {
		t.Errorf("the refusal is %v", err)
	}
}
