package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A shape is the names of a line's native fields, sorted. A ledger keeps each once: a line has its id and the values.
type shape struct {
	names []string
	id    any // an int64; nil until a block with it is inserted
}

// shapes are those of one load's lines. The zero value is ready.
type shapes struct {
	last *shape
	all  map[string]*shape // by their names as JSON
}

// of returns the shape of sorted names. Nearly every line has that of the line before.
func (s *shapes) of(names []string) *shape {
	if s.last != nil && slices.Equal(s.last.names, names) {
		return s.last
	}
	text := textsText(names)
	found := s.all[text]
	if found == nil {
		if s.all == nil {
			s.all = map[string]*shape{}
		}
		found = &shape{names: slices.Clone(names)}
		s.all[text] = found
	}
	s.last = found
	return found
}

// resolve looks the shape up, or adds it.
func (s *shape) resolve(ctx context.Context, tx *sql.Tx) error {
	names := textsText(s.names)
	var id int64
	err := tx.QueryRowContext(ctx, "SELECT id FROM native_shapes WHERE names = ?", names).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		id, err = s.insert(ctx, tx, names)
	}
	if err == nil {
		s.id = id
	}
	return err
}

func (s *shape) insert(ctx context.Context, tx *sql.Tx, names string) (id int64, err error) {
	if err := tx.QueryRowContext(ctx, "INSERT INTO native_shapes (names) VALUES (?) RETURNING id", names).Scan(&id); err != nil {
		return 0, err
	}
	for position, name := range s.names {
		if _, err := tx.ExecContext(ctx, "INSERT INTO native_fields VALUES (?, ?, ?)", id, position, name); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// readShapes returns the names of every shape of the ledger, by id.
func readShapes(ctx context.Context, tx *sql.Tx) (names map[int64][]string, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, names FROM native_shapes")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names = map[int64][]string{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		if names[id], err = parseTexts(text); err != nil {
			return nil, fmt.Errorf("native_shapes %d: %w", id, err)
		}
	}
	return names, rows.Err()
}

func parseTexts(text string) (texts []string, err error) {
	err = json.Unmarshal([]byte(text), &texts)
	return texts, err
}
