package remote

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/authplug/authplug/core/internal/wire"
)

// jsonMedia is the media type of everything that is asked and answered; keysMedia may be that of a
// key set (RFC 7517 §8.5).
const (
	jsonMedia = "application/json"
	keysMedia = "application/jwk-set+json"
)

// answer is what the auth-service said.
type answer struct {
	status   int
	header   http.Header
	body     string
	tooLarge bool
	fault    string // why it cannot be used, in the words of the protocol; "": it can
}

// refusals are the statuses of an auth-service that has decided.
var refusals = []int{
	http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests,
}

// outcome says whether the auth-service is there: what stands before it answers these for it.
func (a *answer) outcome() outcome {
	switch a.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return outage
	}
	return answered
}

// unusable says, before the body is read, why an answer cannot be used; "" if it can. Where several
// reasons hold, the protocol names this one.
func (a *answer) unusable(q query) string {
	usable := slices.Contains(q.successes, a.status) || slices.Contains(refusals, a.status)
	get := q.body == nil
	switch {
	case a.status >= 300 && a.status < 400:
		return textRequest
	case get && !usable:
		return textError
	case !a.isJSON(get):
		return textType + a.media()
	case !usable:
		return textError
	case !a.isPlain():
		return q.invalid
	}
	return ""
}

// isJSON takes one header with any parameters: all JSON is UTF-8.
func (a *answer) isJSON(keys bool) bool {
	values := a.header.Values("Content-Type")
	if len(values) != 1 {
		return false
	}
	media, _, err := mime.ParseMediaType(values[0])
	if err != nil && media == "" {
		return false
	}
	return media == jsonMedia || keys && media == keysMedia
}

// media returns the type of an answer as the protocol tells it.
func (a *answer) media() string {
	const longest = 64
	values := a.header.Values("Content-Type")
	if len(values) == 0 {
		return "None"
	}
	return visible(strings.Join(values, ", "), longest)
}

// isPlain reports whether the body is not compressed: nobody asked for that, and a little of it may
// become very much.
func (a *answer) isPlain() bool {
	encoding := strings.Join(a.header.Values("Content-Encoding"), ",")
	return encoding == "" || strings.EqualFold(encoding, "identity")
}

// judge returns the object that a success is, or nil where nobody looks at it. Its error is an
// [auth.Error].
func (a *answer) judge(q query, now time.Time) (*wire.Object, error) {
	switch {
	case a.tooLarge:
		return nil, unavailable(q.invalid, fmt.Errorf("%s: the answer is larger than %d bytes", q.url, maxBody))
	case a.fault != "":
		e := unavailable(a.fault, fmt.Errorf("%s: answered with status %d", q.url, a.status))
		if wait := a.retryAfter(now); wait != "" {
			e = e.WithHeader("Retry-After", wait)
		}
		return nil, e
	case !slices.Contains(q.successes, a.status):
		return nil, a.refusal(now)
	case q.unread:
		return nil, nil
	}
	object, err := wire.ParseObject(a.body)
	if err != nil {
		return nil, unavailable(q.invalid, fmt.Errorf("%s: %w", q.url, err))
	}
	return object, nil
}

// retryAfter returns in how many seconds a service that is busy wants to be asked again, or "" where
// it says nothing sensible. It may say it by a date (RFC 9110 §10.2.3).
func (a *answer) retryAfter(now time.Time) string {
	const longest = 24 * 60 * 60
	if a.status != http.StatusTooManyRequests && a.status != http.StatusServiceUnavailable {
		return ""
	}
	text := a.header.Get("Retry-After")
	seconds, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		date, err := http.ParseTime(text)
		if err != nil {
			return ""
		}
		seconds = uint64(max(0, date.Sub(now).Round(time.Second)/time.Second))
	}
	if seconds > longest {
		return ""
	}
	return strconv.FormatUint(seconds, 10)
}
