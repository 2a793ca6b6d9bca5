package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"

	"goscan/providers"
)

// A meter is a billing item that a fleet of resources is charged by.
type meter struct {
	product, name  string
	item, itemCode string
	config, unit   string
	prefix         string   // of the ids of its resources
	names          []string // of its resources; there are as many resources as names
	price          int64    // list price of a unit, in millionths; a multiple of 100
	perDay         int64    // list cost of a resource on an ordinary day, in millionths; of a month if monthly
	rebate         int64    // thousandths of the list price
	office         bool     // used on working days more than on weekends
	spikes         bool     // carries the story of the last days
	vouchers       bool     // paid with vouchers at the beginning of a month
	monthly        bool     // a subscription
	internal       bool     // shown but not charged (Volcengine's 非结算)
}

// A resource is one thing that is charged for.
type resource struct {
	meter    meter
	id, name string
	place    Place
	project  project
	tags     []Tag
	perDay   int64 // as the meter's, for this resource's size
	renews   int   // day of the month, of a subscription
	trial    bool
	since    providers.Day
}

type project struct{ code, name, team string }

func projects() []project {
	return []project{
		{"default", "默认项目", "基础架构"},
		{"mall", "电商平台", "交易"},
		{"data", "数据平台", "数据"},
		{"ai-lab", "大模型实验室", "算法"},
	}
}

// newFleet makes up the resources of an account.
func newFleet(seed uint64, meters []meter, places []Place) []resource {
	random := rand.New(rand.NewPCG(seed, 0x60c5))
	all := projects()
	var fleet []resource
	for _, m := range meters {
		for i, name := range m.names {
			p := all[random.IntN(len(all))]
			r := resource{
				meter:   m,
				id:      fmt.Sprintf("%s-%08x%04x", m.prefix, random.Uint32(), random.Uint32()&0xffff),
				name:    name,
				place:   places[random.IntN(len(places))],
				project: p,
				perDay:  share(m.perDay, 500+random.Int64N(1000)),
				renews:  1 + random.IntN(28),
				trial:   m.monthly && i == 0,
			}
			r.tags = tagsOf(p, random)
			if random.IntN(12) == 0 {
				r.since = providers.NewDay(2026, time.Month(1+random.IntN(9)), 1)
			}
			fleet = append(fleet, r)
		}
	}
	return fleet
}

func tagsOf(p project, random *rand.Rand) []Tag {
	switch random.IntN(5) {
	case 0:
		return nil
	case 1:
		return []Tag{{"team", p.team}, {"env", "staging"}, {"owner", "Li Wei"}}
	case 2:
		return []Tag{{"team", p.team}, {"env", "prod"}, {"业务线", p.name}, {"k8s:cluster", "ccq7:prod-1"}}
	default:
		return []Tag{{"team", p.team}, {"env", "prod"}}
	}
}

func (r resource) charge() Charge {
	return Charge{
		Product: r.meter.product, ProductName: r.meter.name,
		Item: r.meter.item, ItemCode: r.meter.itemCode, Config: r.meter.config,
		Resource: r.id, ResourceName: r.name, Place: r.place,
		Project: r.project.code, ProjectName: r.project.name, Tags: r.tags,
		Unit: r.meter.unit, Price: fmt.Sprintf("%d.%06d", r.meter.price/1e6, r.meter.price%1e6),
		Unsettled: r.meter.internal,
	}
}

// week returns how much a meter runs on a day of the week.
func (m meter) week(d providers.Day) int64 {
	if !m.office {
		return whole
	}
	switch d.Weekday() {
	case time.Saturday:
		return 580
	case time.Sunday:
		return 520
	case time.Friday:
		return 1080
	default:
		return whole
	}
}
