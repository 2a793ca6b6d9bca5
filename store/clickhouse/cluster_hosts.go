package clickhouse

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/store"
)

// sameStore returns an error that wraps ErrHosts unless all hosts of the configuration that answer know the store by the
// same id. Hosts are tried one after the other until one answers: two that keep different bills would take turns.
func (s *server) sameStore(ctx context.Context) error {
	if len(s.cfg.Hosts) < 2 {
		return nil
	}
	ids := make([]string, len(s.cfg.Hosts)) // empty: no answer
	const none = "no schema of goscan"
	g, ctx := errgroup.WithContext(ctx)
	for i, host := range s.cfg.Hosts {
		g.Go(func() (err error) {
			defer providers.Recover(&err)
			one := s.cfg
			one.Hosts = []string{host}
			return withServer(ctx, one, func(s *server) (err error) {
				ids[i], err = s.storeID(ctx)
				switch {
				case errors.Is(err, store.ErrUnreachable) && ctx.Err() == nil:
					return nil
				case errors.Is(err, store.ErrSchema):
					ids[i] = none
					return nil
				}
				return err
			})
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	first := -1
	for i, id := range ids {
		switch {
		case id == "":
		case first < 0:
			first = i
		case id != ids[first]:
			return fmt.Errorf("%w: %s has %s, %s has %s: without clickhouse.cluster, several hosts must be replicas of one dataset",
				ErrHosts, s.cfg.Hosts[first], named(ids[first], none), s.cfg.Hosts[i], named(id, none))
		}
	}
	return nil
}

func named(id, none string) string {
	if id == none {
		return none
	}
	return "the store " + id
}
