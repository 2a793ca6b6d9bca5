package volcengine

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/volcengine/volcengine-go-sdk/service/billing"
	sdk "github.com/volcengine/volcengine-go-sdk/volcengine"
	"github.com/volcengine/volcengine-go-sdk/volcengine/corehandlers"
	"github.com/volcengine/volcengine-go-sdk/volcengine/credentials"
	"github.com/volcengine/volcengine-go-sdk/volcengine/request"
	"github.com/volcengine/volcengine-go-sdk/volcengine/session"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

// client is the provider of one account.
type client struct {
	calls       *call.Client
	pace        *call.Pace // of all billing APIs: the cloud counts them together
	api         *billing.BILLING
	credentials *credentials.Credentials
	now         func() time.Time
	fetches     atomic.Int64 // how many began
}

func newClient(s *Settings, o providers.Options) (*client, error) {
	endpoint, err := endpointOf(s, o.Getenv)
	if err != nil {
		return nil, err
	}
	veil := &call.Veil{}
	c := &client{
		calls:       call.New(o, veil),
		pace:        call.NewPace(rateOf(s)),
		credentials: newCredentials(s, o.Getenv, veil),
		now:         o.Now,
	}
	region := s.Region
	if region == "" {
		region = firstOf(o.Getenv, "VOLCENGINE_REGION", "VOLCSTACK_REGION")
	}
	if region == "" {
		region = defaultRegion
	}
	config := sdk.NewConfig().
		WithRegion(region).
		WithEndpoint(endpoint.String()).
		WithCredentials(c.credentials).
		WithHTTPClient(c.calls.HTTP()).
		WithMaxRetries(0)
	opened, err := session.NewSessionWithOptions(session.Options{
		Config:            *config,
		SharedConfigFiles: []string{}, // credentials are found by newCredentials
	})
	if err != nil {
		return nil, fmt.Errorf("volcengine-go-sdk: %s", veil.Line(err.Error()))
	}
	c.api = billing.New(opened)
	// It prints on stdout, about a case that cannot occur: requests are sent as soon as they are signed.
	c.api.Handlers.Send.Remove(corehandlers.ValidateReqSigHandler)
	return c, nil
}

func endpointOf(s *Settings, getenv func(string) string) (call.Endpoint, error) {
	text := s.Endpoint
	if text == "" {
		text = firstOf(getenv, "VOLCENGINE_ENDPOINT")
		if text != "" && !strings.Contains(text, "://") {
			text = "https://" + text
		}
	}
	if text == "" {
		text = defaultEndpoint
	}
	return call.ParseEndpoint(text)
}

func rateOf(s *Settings) float64 {
	if s.Rate > 0 {
		return s.Rate
	}
	return defaultRate
}

// Check makes one cheap call that proves the credentials and the permission to read bills.
func (c *client) Check(ctx context.Context) error {
	_, err := c.list(ctx, opDetail, call.RankFirst, c.api.ListBillDetailCommonWithContext, map[string]any{
		"BillPeriod": providers.MonthOf(c.now()).String(),
		"Limit":      1,
		"Offset":     0,
	})
	return err
}

// method is the SDK's method of an API action.
type method = func(sdk.Context, *map[string]any, ...request.Option) (*map[string]any, error)

// list is the Result of the APIs that list rows.
type list struct {
	List   string // JSON texts, empty where the Result has none
	Total  string // -1 unless it was asked for
	Limit  string
	Offset string
}

// list makes one request of an API that lists rows.
func (c *client) list(ctx context.Context, op string, rank int, send method, query map[string]any) (list, error) {
	var result string
	_, err := c.calls.Do(ctx, call.Request{
		Op:   op,
		Pace: c.pace,
		Rank: rank,
		Send: func(ctx context.Context) error {
			if err := proven(c.credentials); err != nil {
				return err
			}
			_, err := send(ctx, &query)
			return err
		},
		Judge: func(a call.Answer) (v call.Verdict) {
			v, result = judge(a)
			return v
		},
	})
	if err != nil {
		return list{}, err
	}
	l, err := decodeResult(result)
	return l, c.calls.Name(err, op)
}

func decodeResult(result string) (list, error) {
	fields, ok := row.Fields(result, "List", "Total", "Limit", "Offset")
	switch {
	case result == "":
		return list{}, malformed("the answer has no Result")
	case !ok:
		return list{}, malformed("Result is not an object")
	case result == "null":
		return list{}, malformed("Result is null")
	case fields[0] == "":
		return list{}, malformed("Result has no List")
	}
	return list{fields[0], fields[1], fields[2], fields[3]}, nil
}

func malformed(format string, args ...any) error {
	return &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf(format, args...)}
}

func changed(format string, args ...any) error {
	return &providers.Error{Kind: providers.Changed, Message: fmt.Sprintf(format, args...)}
}
