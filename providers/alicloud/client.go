package alicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/models"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/credentials-go/credentials"

	"goscan/providers"
	"goscan/providers/internal/call"
)

const apiVersion = "2017-12-14"

// endpoints of the two sites; an account's site decides, wherever its resources are.
func endpointOfSite(site string) call.Endpoint {
	if site == siteInternational {
		return call.Endpoint{Scheme: "https", Host: "business.ap-southeast-1.aliyuncs.com"}
	}
	return call.Endpoint{Scheme: "https", Host: "business.aliyuncs.com"}
}

// client is the provider of one account.
type client struct {
	calls *call.Client
	keys  *keys
	sites []*openapi.Client // one, or both when the account's site is not known yet
	site  atomic.Int32      // which of them answered last
	now   func() time.Time

	detailPace   *call.Pace // the cloud counts each API on its own
	overviewPace *call.Pace
}

func newClient(s *Settings, o providers.Options) (*client, error) {
	endpoints, err := endpointsOf(s)
	if err != nil {
		return nil, err
	}
	rate := s.Rate
	if rate == 0 {
		rate = defaultRate
	}
	veil := &call.Veil{}
	c := &client{
		calls:        call.New(o, veil),
		keys:         newKeys(s, o.Getenv, veil),
		now:          o.Now,
		detailPace:   call.NewPace(rate),
		overviewPace: call.NewPace(rate),
	}
	for _, e := range endpoints {
		api, err := c.open(e)
		if err != nil {
			return nil, fmt.Errorf("darabonba-openapi: %s", veil.Line(err.Error()))
		}
		c.sites = append(c.sites, api)
	}
	return c, nil
}

func endpointsOf(s *Settings) ([]call.Endpoint, error) {
	named, err := call.ParseEndpoint(s.Endpoint)
	switch {
	case err != nil:
		return nil, err
	case named != call.Endpoint{}:
		return []call.Endpoint{named}, nil
	case s.Site != "":
		return []call.Endpoint{endpointOfSite(s.Site)}, nil
	default:
		return []call.Endpoint{endpointOfSite(siteChina), endpointOfSite(siteInternational)}, nil
	}
}

func (c *client) open(e call.Endpoint) (*openapi.Client, error) {
	return openapi.NewClient(&models.Config{
		Credential: credentials.FromCredentialsProvider("default", c.keys),
		Endpoint:   dara.String(e.Host),
		Protocol:   dara.String(strings.ToUpper(e.Scheme)),
		HttpClient: sender{c.calls.HTTP()},
	})
}

// sender makes the SDK send with our client instead of one that is shared by the whole process.
type sender struct{ http *http.Client }

func (s sender) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	return s.http.Do(req)
}

// Check makes one cheap call that proves the credentials and the permission to read bills.
func (c *client) Check(ctx context.Context) error {
	_, err := c.data(ctx, opDetail, c.detailPace, call.RankFirst, map[string]any{
		"BillingCycle": providers.MonthOf(c.now()).String(),
		"MaxResults":   1,
	})
	return err
}

// data makes one request and returns the Data of its answer, a JSON text. An account whose site is not known is asked for at the
// other site when this one says that it knows no such account.
func (c *client) data(ctx context.Context, op string, pace *call.Pace, rank int, query map[string]any) (string, error) {
	at := int(c.site.Load())
	data, err := c.dataOf(ctx, c.sites[at], op, pace, rank, query)
	if len(c.sites) == 1 || !notApplicable(err) {
		return data, err
	}
	other := 1 - at
	data, otherErr := c.dataOf(ctx, c.sites[other], op, pace, rank, query)
	if notApplicable(otherErr) {
		return "", err
	}
	if otherErr == nil {
		c.site.Store(int32(other))
	}
	return data, otherErr
}

func notApplicable(err error) bool {
	e, ok := errors.AsType[*providers.Error](err)
	return ok && e.Code == codeNotApplicable
}

func (c *client) dataOf(ctx context.Context, site *openapi.Client, op string, pace *call.Pace, rank int, query map[string]any) (string, error) {
	data := ""
	_, err := c.calls.Do(ctx, call.Request{
		Op:   op,
		Pace: pace,
		Rank: rank,
		Send: func(ctx context.Context) error {
			if _, err := c.keys.GetCredentials(); err != nil {
				return err
			}
			own := *site // a call empties the client's header field: concurrent calls need a client each
			_, err := own.CallApiWithCtx(ctx, rpc(op), &openapiutil.OpenApiRequest{Query: openapiutil.Query(query)}, &dara.RuntimeOptions{})
			return err
		},
		Judge: func(a call.Answer) (v call.Verdict) {
			v, data = judge(a)
			return v
		},
	})
	if err != nil {
		return "", err
	}
	if data == "" || data == "null" {
		return "", c.calls.Name(malformed("the answer has no Data"), op)
	}
	return data, nil
}

// rpc describes an API action of the RPC style: parameters in the query, no body.
func rpc(action string) *openapiutil.Params {
	return &openapiutil.Params{
		Action:      dara.String(action),
		Version:     dara.String(apiVersion),
		Protocol:    dara.String("HTTPS"),
		Pathname:    dara.String("/"),
		Method:      dara.String(http.MethodPost),
		AuthType:    dara.String("AK"),
		Style:       dara.String("RPC"),
		ReqBodyType: dara.String("formData"),
		BodyType:    dara.String("string"),
	}
}

func malformed(format string, args ...any) error {
	return &providers.Error{Kind: providers.Malformed, Message: fmt.Sprintf(format, args...)}
}

func changed(format string, args ...any) error {
	return &providers.Error{Kind: providers.Changed, Message: fmt.Sprintf(format, args...)}
}
