package clickhouse

import "context"

// Lacking asks a server whether its user has the given rights.
func Lacking(ctx context.Context, cfg Config, rights ...Right) (lacking []Right, asked bool, err error) {
	err = withServer(ctx, cfg, func(s *server) (err error) {
		lacking, asked, err = s.lacking(ctx, rights)
		return err
	})
	return lacking, asked, err
}

// OlderThan compares versions.
func OlderThan(version, other string) bool { return olderThan(version, other) }

// Beyond returns what a line of SHOW GRANTS has of what goscan has no use for.
func Beyond(cfg Config, grant string) []string { return cfg.beyond(grant) }
