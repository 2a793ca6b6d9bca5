package call

import "context"

// A hand holds the answers that a caller works on.
type hand struct{ of []*Pace }

type handKey struct{}

// InHand returns a context for requests whose answers the caller goes on to work with: to their pace they are done when put is
// called, not when they are answered. The context and put belong to one goroutine.
func InHand(ctx context.Context) (inHand context.Context, put func()) {
	h := &hand{}
	return context.WithValue(ctx, handKey{}, h), func() {
		for _, p := range h.of {
			p.Done()
		}
		h.of = nil
	}
}

// keep puts an answered request into its caller's hand. Without one it is done.
func keep(ctx context.Context, p *Pace) {
	if h, ok := ctx.Value(handKey{}).(*hand); ok {
		h.of = append(h.of, p)
		return
	}
	p.Done()
}
