package token

import (
	"strconv"
	"strings"
	"time"
)

// maxNumber is 2^53: up to here every parser of JSON reads the same integer.
const maxNumber = 1 << 53

// nanoDigits is how many digits of a fraction of a second a time.Time keeps.
const nanoDigits = 9

// parseMoment reads a JSON number from 0 to 2^53 as seconds since 1970. What is finer than a
// nanosecond is rounded up: moments with whole nanoseconds, which all others are, compare with the
// result as they do with the number itself.
func parseMoment(number string) (t time.Time, ok bool) {
	if seconds, whole := parseWhole(number); whole {
		return time.Unix(seconds, 0).UTC(), seconds <= maxNumber
	}
	digits, point, ok := normalize(number)
	if !ok {
		return time.Time{}, false
	}
	seconds, _ := strconv.ParseInt("0"+digitsBetween(digits, 0, point), 10, 64)
	nanos, _ := strconv.ParseInt(digitsBetween(digits, point, point+nanoDigits), 10, 64)
	if len(digits) > point+nanoDigits {
		nanos++
	}
	if seconds > maxNumber || seconds == maxNumber && nanos > 0 {
		return time.Time{}, false
	}
	return time.Unix(seconds, nanos).UTC(), true
}

// parseWhole reads a run of up to 18 digits.
func parseWhole(number string) (n int64, ok bool) {
	if number == "" || len(number) > 18 {
		return 0, false
	}
	for i := range len(number) {
		d := number[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}

// normalize turns a JSON number without a minus sign into the digits of a fraction 0.d1d2d3… and
// the power of ten it is multiplied by. Neither end of the digits is a zero. A number of 10^16 or
// more is refused, for its size; one below 10^-20 is given as that, so that no exponent makes work.
func normalize(number string) (digits string, point int, ok bool) {
	mantissa, exponent, hasExponent := cutAny(number, "eE")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	all := strings.TrimLeft(whole+fraction, "0")
	point = len(all) - len(fraction)
	digits = strings.TrimRight(all, "0")
	if strings.HasPrefix(number, "-") {
		return "", 0, false
	}
	if digits == "" {
		return "", 0, true
	}
	if hasExponent {
		// An exponent out of range is cut to the nearest one in it, beyond anything that a token has room
		// to undo.
		e, _ := strconv.ParseInt(exponent, 10, 16)
		point += int(e)
	}
	return digits, max(point, -20), point <= 16
}

func cutAny(s, chars string) (before, after string, found bool) {
	i := strings.IndexAny(s, chars)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// digitsBetween returns the digits at places from to to of 0.d1d2d3…, with zeros where there are
// none.
func digitsBetween(digits string, from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if i < 0 || i >= len(digits) {
			b.WriteByte('0')
		} else {
			b.WriteByte(digits[i])
		}
	}
	return b.String()
}

// maxUserDigits bounds an integer user id. It may be larger than an int64: then no user has it.
const maxUserDigits = 100

// canonicalDecimal tells whether s is an integer ≥ 0 in its one decimal form.
func canonicalDecimal(s string) bool {
	if s == "" || len(s) > maxUserDigits || s[0] == '0' && len(s) > 1 {
		return false
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}
