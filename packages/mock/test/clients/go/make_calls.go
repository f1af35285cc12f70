// Makes the calls that come as lines of JSON on standard input, and answers with one line each.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

type request struct {
	List      bool
	Operation string
	Input     json.RawMessage
	Endpoint  string
	Keys      struct{ AccessKeyId, SecretAccessKey, SessionToken string }
}

func answer(line []byte) map[string]any {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return map[string]any{"outcome": err.Error()}
	}
	if asked.List {
		names := []string{}
		client := reflect.TypeOf(&sts.Client{})
		for index := 0; index < client.NumMethod(); index++ {
			if method := client.Method(index); method.Type.NumOut() == 2 && !strings.HasPrefix(method.Name, "Options") {
				names = append(names, method.Name)
			}
		}
		return map[string]any{"operations": names}
	}
	keys := asked.Keys
	client := sts.New(sts.Options{
		Region:           "us-east-1",
		Credentials:      credentials.NewStaticCredentialsProvider(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
		EndpointResolver: sts.EndpointResolverFromURL(asked.Endpoint),
		Retryer:          aws.NopRetryer{},
	})
	method := reflect.ValueOf(client).MethodByName(asked.Operation)
	input := reflect.New(method.Type().In(1).Elem())
	if err := json.Unmarshal(asked.Input, input.Interface()); err != nil {
		return map[string]any{"outcome": err.Error()}
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	err, _ := results[1].Interface().(error)
	var refusal smithy.APIError
	switch {
	case err == nil:
		return map[string]any{"outcome": "ok"}
	case errors.As(err, &refusal):
		return map[string]any{"outcome": refusal.ErrorCode()}
	default:
		return map[string]any{"outcome": err.Error()}
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		reply, _ := json.Marshal(answer(lines.Bytes()))
		fmt.Println(string(reply))
	}
}
