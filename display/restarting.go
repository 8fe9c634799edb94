package display

// restartWords are what the glass says while the device starts again with a newer version.
type restartWords struct{ head, what, do string }

var (
	restartIndonesian = restartWords{head: "MEMPERBARUI SISTEM…", what: "Alat ini mulai ulang dengan versi baru, sekitar satu menit.", do: "Jangan matikan alat ini."}
	restartEnglish    = restartWords{head: "UPDATING…", what: "This device starts again with a new version, which takes about a minute.", do: "Do not switch it off."}
)

// restarting is a till that is about to be a newer one.
func restarting(w *words) page {
	r := &w.restart
	return page{icon: iconWait, head: r.head, lines: []string{r.what, r.do}}
}
