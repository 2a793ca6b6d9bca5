package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// A canvas is a picture while it is painted.
type canvas struct {
	img   *image.RGBA
	fonts *Fonts
	faces map[faceKey]font.Face
	err   error // the first error of a font: nothing more is painted after it
}

type faceKey struct {
	font *sfnt.Font
	size int
}

// An ink is a colour: 0xRRGGBB.
type ink uint32

const white ink = 0xffffff

// RGBA implements color.Color.
func (i ink) RGBA() (r, g, b, a uint32) {
	return color.RGBA{uint8(i >> 16), uint8(i >> 8), uint8(i), 0xff}.RGBA()
}

// A style is how a text looks. Its size is in pixels.
type style struct {
	size  int
	bold  bool
	color ink
}

func newCanvas(width, height int, background ink, fonts *Fonts) *canvas {
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, width, height)), fonts: fonts, faces: map[faceKey]font.Face{}}
	c.fill(c.img.Bounds(), background)
	return c
}

func (c *canvas) fill(r image.Rectangle, paint ink) {
	draw.Draw(c.img, r, image.NewUniform(paint), image.Point{}, draw.Src)
}

// box is the rectangle from a corner with a size; floats are rounded so that its edges are sharp.
func box(x, y, width, height float64) image.Rectangle {
	left, top := math.Round(x), math.Round(y)
	return image.Rect(int(left), int(top), int(math.Round(x+width)), int(math.Round(y+height)))
}

// hatch fills a rectangle with thin slanted lines: what is not known.
func (c *canvas) hatch(r image.Rectangle, paint ink) {
	const distance, thick = 14, 3
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if (x+y)%distance < thick {
				c.img.Set(x, y, paint)
			}
		}
	}
}

// text paints a text whose baseline begins at a point, and returns where it ends.
func (c *canvas) text(s string, x, y int, look style) int {
	dot := fixed.P(x, y)
	c.each(s, look, func(face font.Face, r rune, emboldened bool) {
		d := font.Drawer{Dst: c.img, Src: image.NewUniform(look.color), Face: face, Dot: dot}
		d.DrawString(string(r))
		if emboldened {
			d.Dot = dot
			d.Dot.X += fixed.I(look.size) / 36
			d.DrawString(string(r))
		}
		advance, _ := face.GlyphAdvance(r)
		dot.X += advance
	})
	return dot.X.Ceil()
}

// textRight paints a text that ends at a point.
func (c *canvas) textRight(s string, x, y int, look style) { c.text(s, x-c.width(s, look), y, look) }

// width returns how many pixels a text is wide.
func (c *canvas) width(s string, look style) int {
	var sum fixed.Int26_6
	c.each(s, look, func(face font.Face, r rune, _ bool) {
		advance, _ := face.GlyphAdvance(r)
		sum += advance
	})
	return sum.Ceil()
}

// fit shortens a text so that it is at most so wide; what is cut off is shown by an ellipsis.
func (c *canvas) fit(s string, room int, look style) string {
	if c.width(s, look) <= room {
		return s
	}
	const ellipsis = "…"
	letters := []rune(s)
	for len(letters) > 0 && c.width(string(letters)+ellipsis, look) > room {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + ellipsis
}

// each calls do with every letter and the face it is painted with. A font that is no built-in one has no bold: its letters
// are emboldened. A letter that no font has is a question mark.
func (c *canvas) each(s string, look style, do func(face font.Face, r rune, emboldened bool)) {
	fonts := c.fonts.regular
	if look.bold {
		fonts = c.fonts.bold
	}
	for _, r := range s {
		f := fontOf(fonts, r)
		if f == nil {
			r, f = '?', fonts[0]
		}
		face := c.face(f, look.size)
		if c.err != nil {
			return
		}
		do(face, r, look.bold && f != fonts[0])
	}
}

func (c *canvas) face(f *sfnt.Font, size int) font.Face {
	key := faceKey{f, size}
	if c.faces[key] == nil && c.err == nil {
		const pixelsAreThePoints = 72
		c.faces[key], c.err = opentype.NewFace(f, &opentype.FaceOptions{Size: float64(size), DPI: pixelsAreThePoints})
	}
	return c.faces[key]
}
