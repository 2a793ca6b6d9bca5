package render

import "goscan/store/report/anomaly"

// AlertDocuments returns alerts in the form that AnomaliesJSON has them in, for other documents.
func AlertDocuments(alerts []anomaly.Alert) any { return each(alerts, alertOf) }
