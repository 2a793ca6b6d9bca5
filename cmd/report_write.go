package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"goscan/cmd/config"
	channels "goscan/notify/all"
	"goscan/store/report"
	"goscan/store/report/render"
)

// output is how a report is written and where.
type output struct {
	format, lang, file string
	language           render.Lang
	font               string
	dialect            bool // the format is a type of channel: what would be sent is written
}

func (o *output) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVarP(&o.format, "format", "f", "", "text, markdown, json, csv, xlsx, html, png, or a type of channel: what would be sent to it (default: by the extension of --output, else text)")
	f.StringVarP(&o.file, "output", "o", "", "write to this file, whole or not at all")
	f.StringVar(&o.lang, "lang", "", "zh or en (default: report.lang of the configuration, else zh)")
}

// formats are what a report can be written as, with the extension of its files.
var formats = [...]struct{ name, extension string }{
	{"text", ".txt"}, {"markdown", ".md"}, {"json", ".json"}, {"csv", ".csv"}, {"xlsx", ".xlsx"}, {"html", ".html"}, {"png", ".png"},
}

// reportFormats are the names of the formats.
func reportFormats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// complete checks the flags and fills in what the configuration and the file's name say.
func (o *output) complete(a *app, cfg *config.Config) (err error) {
	if o.lang == "" {
		o.lang = cfg.Report.Lang
	}
	if o.language, err = render.ParseLang(o.lang); err != nil {
		return meant(fmt.Errorf("--lang: %w", err), o.lang, []string{"zh", "en"})
	}
	o.font = cfg.Report.FontFile
	if o.format == "" {
		o.format = formatOf(o.file)
	}
	_, o.dialect = channels.Registry()[o.format]
	known := o.dialect || slices.ContainsFunc(formats[:], func(f struct{ name, extension string }) bool { return f.name == o.format })
	switch {
	case o.format == "":
		return fmt.Errorf("--output %s: its extension names no format (.txt, .md, .json, .csv, .xlsx, .html, .png); --format does", o.file)
	case !known:
		types := slices.Sorted(maps.Keys(channels.Registry()))
		return meant(fmt.Errorf("--format %s: text, markdown, json, csv, xlsx, html, png, or a type of channel (%s)", o.format,
			strings.Join(types, ", ")), o.format, slices.Concat(reportFormats(), types))
	case o.file == "" && a.tty && (o.format == "xlsx" || o.format == "png"):
		return fmt.Errorf("--format %s is nothing for a terminal: --output FILE%s", o.format, "."+o.format)
	}
	return nil
}

// formatOf returns the format that a file's extension names, text for no file and nothing for an unknown extension.
func formatOf(file string) string {
	if file == "" {
		return "text"
	}
	extension := strings.ToLower(filepath.Ext(file))
	if extension == ".htm" {
		extension = ".html"
	}
	for _, f := range formats {
		if f.extension == extension {
			return f.name
		}
	}
	return ""
}

// writeReport writes a report to stdout or to a file.
func (a *app) writeReport(r *report.Report, o output) error {
	return a.write(o.file, func(w io.Writer) error {
		switch o.format {
		case "markdown":
			return render.Markdown(w, r, o.language)
		case "json":
			return render.JSON(w, r)
		case "csv":
			return render.CSV(w, r, o.language)
		case "xlsx":
			return render.XLSX(w, r, o.language)
		case "html":
			return render.HTML(w, r, render.HTMLOptions{Lang: o.language})
		case "png":
			return render.PNG(w, r, render.PNGOptions{Lang: o.language, FontFile: o.font})
		}
		return render.Text(w, r, a.textOptions(o))
	})
}

// textOptions returns how text looks: a file has no colours.
func (a *app) textOptions(o output) render.TextOptions {
	return render.TextOptions{Width: a.width, Color: a.colour && o.file == "", Lang: o.language}
}

// write writes to stdout, or to a file that takes the place of the one before only when it is whole.
func (a *app) write(file string, fill func(io.Writer) error) error {
	if file == "" {
		return fill(a.out)
	}
	var all bytes.Buffer
	if err := fill(&all); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return usageError{fmt.Errorf("--output: %w", err)}
	}
	_, err = fresh.Write(all.Bytes())
	if err = errors.Join(err, fresh.Chmod(readable), fresh.Close()); err == nil {
		err = os.Rename(fresh.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("--output %s: %w", file, err), os.Remove(fresh.Name()))
	}
	a.note("wrote %s", file)
	return nil
}

// readable are the permissions of reports: they are made to be passed on.
const readable = 0o644
