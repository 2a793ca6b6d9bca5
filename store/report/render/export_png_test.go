package render

import (
	"goscan/store/report"
	"goscan/store/report/render/chart"
)

// Picture returns what PNG paints, and with what, where folders are those of the system's fonts.
func Picture(r *report.Report, o PNGOptions, folders []string) (*chart.Picture, *chart.Fonts, error) {
	fonts, err := fontsFor(o, folders)
	if err != nil {
		return nil, nil, err
	}
	return pictureOf(r, o.Lang, fonts), fonts, nil
}
